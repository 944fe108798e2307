import { describe, expect, it } from 'vitest';
import { generate } from '../../generator/index.js';
import type { Source } from '../../generator/read/config-types.js';
import { CONFIG, ROOT } from '../places.js';
import { CHECKERS, project } from './check.js';

/** What a program says, and what a compiler says to it: nothing, or something like this. */
type Program = readonly [name: string, program: string, refused?: RegExp];

const OKTA: readonly Program[] = [
  // Which inputs a SELECT takes.
  ['select of the current session', "sessions.select({ subdomain: 'o' })"],
  ['select of one session', "sessions.select({ subdomain: 'o', sessionId: 's' })"],
  ['select with a header', "sessions.select({ subdomain: 'o', Cookie: 'sid=1' })"],
  ['an optional input that may be undefined', "sessions.select({ subdomain: 'o', Cookie: maybe })"],
  ['a server variable is missing', "sessions.select({ sessionId: 's' })", /subdomain/],
  ['no method takes both', "sessions.select({ subdomain: 'o', sessionId: 's', Cookie: 'sid=1' })", /Cookie/],
  ['no method has this input', "sessions.select({ subdomain: 'o', userId: 'u' })", /userId/],
  ['an input is text', "sessions.select({ subdomain: 'o', sessionId: 1 })", /number/],
  ['a required input may not be undefined', "sessions.select({ subdomain: 'o', sessionId: maybe })", /undefined/],
  ['nothing at all', 'sessions.select()', /Expected/],
  [
    'a set that was made elsewhere and has too much',
    "const given = { subdomain: 'o', sessionId: 's', Cookie: 'c' }; sessions.select(given)",
    /not assignable/,
  ],
  [
    'the union of what SELECT takes',
    "const given: okta.sessions.SessionsSelectParams = { subdomain: 'o' }; sessions.select(given)",
  ],
  // Columns and rows.
  ['chosen columns', "sessions.select({ subdomain: 'o' }, { columns: ['id', 'status'], limit: 1 })"],
  ['columns that may be undefined', "sessions.select({ subdomain: 'o' }, { columns: undefined, limit: undefined })"],
  ['no such column', "sessions.select({ subdomain: 'o' }, { columns: ['token'] })", /"?token"?/],
  ['limit is a number', "sessions.select({ subdomain: 'o' }, { limit: '1' })", /string/],
  [
    'a row has every column',
    "const login: string | null | undefined = rows(sessions.select({ subdomain: 'o' }))[0]?.login; login",
  ],
  ['a row has the chosen columns', "rows(sessions.select({ subdomain: 'o' }, { columns: ['id'] }))[0]?.id"],
  ['a row has no other columns', "rows(sessions.select({ subdomain: 'o' }, { columns: ['id'] }))[0]?.login", /login/],
  ['there may be no row', "rows(sessions.select({ subdomain: 'o' }))[0].login", /possibly 'undefined'/],
  ['a column may be null', 'const login: string = all[0]!.login; login', /null/],
  ['a list is a list', 'const amr: string[] | null = all[0]!.amr; amr'],
  ['an object is an object', 'const id: string | undefined = all[0]!.idp?.id; id'],
  ['a status of the enumeration', "const status: okta.sessions.SessionsRow['status'] = 'ACTIVE'; status"],
  [
    'no status of the enumeration',
    "const status: okta.sessions.SessionsRow['status'] = 'SLEEPING'; status",
    /SLEEPING/,
  ],
  ['a time is text', 'const at: string | null = all[0]!.createdAt; at'],
  ['a time is no date unless asked', 'all[0]!.createdAt?.getTime()', /getTime/],
  ['asked, a time is a date', "okta.withDates(all, 'createdAt')[0]?.createdAt?.getTime()"],
  ['a list is never a date', "okta.withDates(all, 'amr')", /amr/],
  // INSERT, DELETE, EXEC.
  ['insert', "sessions.insert({ subdomain: 'o' }, { sessionToken: 't' })"],
  [
    'insert with RETURNING',
    "rows(sessions.insert({ subdomain: 'o' }, { sessionToken: 't' }, { returning: ['id'] }))[0]?.id",
  ],
  [
    'insert without RETURNING has no rows',
    "rows(sessions.insert({ subdomain: 'o' }, { sessionToken: 't' }))[0]?.id",
    /never/,
  ],
  [
    'returning no such column',
    "sessions.insert({ subdomain: 'o' }, { sessionToken: 't' }, { returning: ['token'] })",
    /token/,
  ],
  ['the server sets the id', "sessions.insert({ subdomain: 'o' }, { id: 's' })", /id/],
  [
    'an insert has no session id',
    "sessions.insert({ subdomain: 'o', sessionId: 's' }, { sessionToken: 't' })",
    /sessionId/,
  ],
  ['an insert wants a body', "sessions.insert({ subdomain: 'o' })", /Expected/],
  ['delete', "sessions.delete({ subdomain: 'o', sessionId: 's' })"],
  ['delete by both', "sessions.delete({ subdomain: 'o', sessionId: 's', Cookie: 'sid=1' })", /Cookie/],
  ['exec', "sessions.exec.refresh_session({ subdomain: 'o', sessionId: 's' })"],
  ['exec without its session', "sessions.exec.refresh_session({ subdomain: 'o' })", /sessionId/],
  ['no such action', "sessions.exec.extend_session({ subdomain: 'o' })", /extend_session/],
  ['nothing of a session can be updated', 'sessions.update', /update/],
  // The ways to the engine.
  ['a pg client', "okta.throughPg(new pg.Client())(sessions.select({ subdomain: 'o' }))"],
  ['a client of a pg pool', 'new pg.Pool().connect().then((client) => okta.throughPg(client))'],
  ['a pg pool', "okta.throughPg(new pg.Pool())(sessions.select({ subdomain: 'o' }))"],
  ['no client', 'okta.throughPg({ query: async () => ({ rows: [] }) })', /not assignable/],
  ['stackql exec', "okta.throughExec(async (sql) => ({ stdout: sql, stderr: '' }))"],
  [
    'an MCP client as the SDK has it',
    'declare const client: { callTool(call: { name: string; arguments?: { [x: string]: unknown } }, schema?: ' +
      'object): Promise<{ [x: string]: unknown; content: object[] } | { [x: string]: unknown; toolResult: unknown }> ' +
      '}; okta.throughMcp(client)',
  ],
  [
    'an MCP client',
    'okta.throughMcp({ callTool: async ({ name }) => ({ content: [{ type: "text", text: name }], isError: false }) })',
  ],
];

const ZOO: readonly Program[] = [
  ['a list with a filter', "animals.select({ region: 'eu', kind: 'cat', limit: 5 })"],
  ['one by its path', "animals.select({ region: 'eu', id: 'a' })"],
  ['by another path', "animals.select({ region: 'eu', keeper: 'k' })"],
  [
    'a filter that would run the method of the other path',
    "animals.select({ region: 'eu', keeper: 'k', kind: 'cat' })",
    /./,
  ],
  ['not of the enumeration', "animals.select({ region: 'eu', kind: 'dog' })", /dog/],
  ['a number', "animals.select({ region: 'eu', limit: '5' })", /./],
  ['a page token is no input', "animals.select({ region: 'eu', after: 'x' })", /after/],
  [
    'methods of one verb have rows of their own',
    "rows(animals.select({ region: 'eu', id: 'a' }))[0]?.weight?.toFixed()",
  ],
  ['rows of the list have no weight', "rows(animals.select({ region: 'eu' }))[0]?.weight", /weight/],
  [
    'a union of rows is told apart by its discriminator',
    "for (const animal of rows(animals.select({ region: 'eu' }))) if (animal.kind === 'cat') { const claws: " +
      'number | null = animal.claws; claws; } else animal.wings?.span?.toFixed()',
  ],
  [
    'a cat has no wings',
    "for (const animal of rows(animals.select({ region: 'eu' }))) if (animal.kind === 'cat') animal.wings.span",
    /null|never/,
  ],
  ['a column that SQL cannot name', "animals.select({ region: 'eu' }, { columns: ['default'] })", /default/],
  ['a required column is not null', "const id: string = rows(animals.select({ region: 'eu', id: 'a' }))[0]!.id; id"],
  ['what is only written is in no row', "rows(animals.select({ region: 'eu', id: 'a' }))[0]?.secret", /secret/],
  ['nor inside a row', "rows(animals.select({ region: 'eu', id: 'a' }))[0]?.mother?.secret", /secret/],
  ['a row inside a row', "rows(animals.select({ region: 'eu', id: 'a' }))[0]?.mother?.mother?.id.length"],
  ['what is only written can be given', "animals.insert({ region: 'eu' }, { name: 'n', secret: 's' })"],
  ['what only the server sets cannot', "animals.insert({ region: 'eu' }, { name: 'n', id: 'i' })", /id/],
  [
    'nor inside an object',
    "animals.insert({ region: 'eu' }, { name: 'n', home: { since: 's' } })",
    /not assignable to type 'undefined'/,
  ],
  ['an object inside a body', "animals.insert({ region: 'eu' }, { name: 'n', home: { place: 'p' } })"],
  ['null where the API takes null', "animals.insert({ region: 'eu' }, { name: 'n', nickname: null })"],
  ['null where it does not', "animals.insert({ region: 'eu' }, { name: null })", /null/],
  ['a required field is missing', "animals.insert({ region: 'eu' }, { tame: true })", /name/],
  ['update', "animals.update({ region: 'eu', id: 'a' }, { name: 'n', tame: true }, { returning: ['id'] })"],
  ['update without its id', "animals.update({ region: 'eu' }, { name: 'n' })", /id/],
  ['a body that may be left out', "zoo.animals.washings.replace({ region: 'eu', id: 'a' })"],
  ['or given', "zoo.animals.washings.replace({ region: 'eu', id: 'a' }, { soap: 's' })"],
  ['an action with a number', "animals.exec.feed_animal({ region: 'eu', id: 'a' }, { grams: 5 })"],
  ['an action without its body', "animals.exec.feed_animal({ region: 'eu', id: 'a' })", /Expected/],
  [
    'rows that extend one shape are told apart, too',
    "for (const ticket of rows(zoo.tickets.tickets.select({ region: 'eu' }))) if (ticket.kind === 'year') " +
      'ticket.holder.name?.length; else ticket.day?.length',
  ],
  [
    'a day ticket has no holder',
    "for (const ticket of rows(zoo.tickets.tickets.select({ region: 'eu' }))) if (ticket.kind === 'day') " +
      'ticket.holder.name',
    /null|never/,
  ],
  ['a payload of one kind', "zoo.tickets.tickets.insert({ region: 'eu' }, { kind: 'year', holder: { name: 'n' } })"],
  [
    'a payload of one kind without what it needs',
    "zoo.tickets.tickets.insert({ region: 'eu' }, { kind: 'year' })",
    /holder/,
  ],
  [
    'a payload of one kind with a field of another',
    "zoo.tickets.tickets.insert({ region: 'eu' }, { kind: 'day', holder: {} })",
    /holder/,
  ],
  ['a payload of no kind', "zoo.tickets.tickets.insert({ region: 'eu' }, { kind: 'week' })", /week/],
  ['a form cannot be sent', "animals.exec.upload_photo({ region: 'eu', id: 'a' })", /upload_photo/],
];

const head = (provider: string, service: string, resource: string) =>
  `import * as ${provider} from '../stubs/${provider}/index.js';\nimport pg from 'pg';\n` +
  `const { ${resource} } = ${provider}.${service};\n` +
  `declare function rows<R>(statement: ${provider}.Statement<R>): R[];\n` +
  `declare const maybe: string | undefined;\nmaybe; pg; rows; ${resource};\n`;

const SETS: readonly (readonly [name: string, source: Source, head: string, programs: readonly Program[]])[] = [
  [
    'Okta sessions',
    CONFIG,
    `${head('okta', 'sessions', 'sessions')}declare const all: okta.sessions.SessionsRow[];\nall;\n`,
    OKTA,
  ],
  [
    'an API with everything',
    { spec: `${ROOT}test/types/zoo.yaml`, provider: 'zoo' },
    head('zoo', 'animals', 'animals'),
    ZOO,
  ],
];

describe.each(SETS)('%s', async (_name, source, before, programs) => {
  const { files } = await generate(source);
  const stubs = files
    .filter(({ path }) => path.startsWith('provider/stubs/'))
    .map(({ path, text }) => ({ path: path.slice('provider/'.length), text }));
  const file = (index: number) => `programs/${index}.ts`;
  const written = project(
    [...stubs, ...programs.map(([, program], index) => ({ path: file(index), text: `${before}${program};\n` }))],
    ['node'],
  );
  describe.each(CHECKERS)('%s', async (checker) => {
    const found = await written.check(checker);
    it('finds nothing in the stubs', () =>
      expect([...found].filter(([name]) => !name.startsWith('programs/'))).toEqual([]));
    it.each(
      programs.map(
        ([name, program, refused], index) => [refused ? 'refuses' : 'takes', name, program, refused, index] as const,
      ),
    )('%s: %s', (_verb, _title, program, refused, index) => {
      const errors = found.get(file(index)) ?? [];
      if (refused) expect(errors.join('\n'), program).toMatch(refused);
      else expect(errors, program).toEqual([]);
    });
  });
});
