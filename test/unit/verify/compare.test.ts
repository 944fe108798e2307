import { describe, expect, it } from 'vitest';
import type { StatementInput } from '../../../generator/doc-pages/strict.js';
import { compare, inputOf, type Observation, variablesIn, type Wanted } from '../../../generator/verify/compare.js';
import { credentialOf } from '../../../generator/verify/credential.js';
import type { Request } from '../../../generator/verify/mock.js';
import { operationFor, operationsOf } from '../../../generator/verify/operations.js';
import { seenRows } from '../../../generator/verify/rows.js';
import { answers, specOf } from './spec.js';

const text = { type: 'string' };
const thing = {
  type: 'object',
  properties: { id: text, size: { type: 'integer' }, tags: { type: 'array', items: text } },
};
const spec = await specOf({
  servers: [{ url: 'https://{sub}.example.com/v1' }],
  security: [{ key: [] }],
  components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
  paths: {
    '/things': { get: { responses: answers({ type: 'array', items: thing }) } },
    '/things/{id}': {
      put: {
        parameters: [
          { name: 'id', in: 'path', required: true, schema: text },
          { name: 'q', in: 'query', schema: text },
          { name: 'X-Trace', in: 'header', schema: text },
        ],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  name: text,
                  size: { type: 'integer' },
                  on: { type: 'boolean' },
                  o: { type: 'object' },
                  id: text,
                  either: { type: ['integer', 'string'] },
                  any: { anyOf: [{ type: 'boolean' }, { type: 'array', items: text }] },
                },
              },
            },
          },
        },
        responses: answers(thing),
      },
    },
  },
});
const operations = operationsOf(spec);
const put = operationFor(operations, 'PUT', '/v1/things/1');
const get = operationFor(operations, 'GET', '/v1/things');
if (!put || !get) throw new Error('no operation');
const server = 'https://{sub}.example.com/v1';
const given = (name: string, value: StatementInput['value']): StatementInput => ({ name, value, sql: '' });
const inputs = [
  inputOf(given('id', 'v_id'), put, server, false),
  inputOf(given('q', 'v_q'), put, server, false),
  inputOf(given('X-Trace', 'v_t'), put, server, false),
  inputOf(given('sub', 'v_sub'), put, server, false),
  inputOf(given('name', 'v_name'), put, server, true),
  inputOf(given('size', '5'), put, server, true),
];
const credential = credentialOf('p', { type: 'custom', location: 'header', name: 'X-Key', credentialsenvvar: 'KEY' });
const wanted: Wanted = {
  operations,
  operation: put,
  inputs,
  server,
  credential,
  bodyAsText: true,
  added: (name) => name === 'after',
};

const good: Request = {
  method: 'PUT',
  origin: 'https://v_sub.example.com',
  path: '/v1/things/v_id',
  query: '?q=v_q',
  headers: { 'x-trace': 'v_t', 'x-key': 'secret-of-KEY', 'content-type': 'application/json; charset=utf-8' },
  body: '{"name":"v_name","size":5}',
  escaped: false,
};
const nothing = seenRows({ ended: 'rows', columns: [], rows: [], stderr: '' });
const seen = (change: Partial<Request>, outcome: Observation['outcome'] = nothing): Observation => ({
  requests: [{ ...good, ...change }],
  outcome,
});

describe('where an input belongs', () => {
  it.each<[string, StatementInput['value'], boolean, object]>([
    ['id', 'x', false, { name: 'id', value: 'x', in: 'path' }],
    ['id', 'x', true, { name: 'id', value: 'x', in: 'body' }],
    ['q', 'x', false, { name: 'q', value: 'x', in: 'query' }],
    ['X-Trace', 'x', false, { name: 'X-Trace', value: 'x', in: 'header' }],
    ['sub', 'x', false, { name: 'sub', value: 'x', in: 'server' }],
    ['name', '7', false, { name: 'name', value: '7', in: 'body' }],
    ['data__name', 'x', false, { name: 'name', value: 'x', in: 'body' }],
    ['size', '7', true, { name: 'size', value: 7, in: 'body' }],
    ['on', 'true', true, { name: 'on', value: true, in: 'body' }],
    ['o', '{"k": 1}', true, { name: 'o', value: { k: 1 }, in: 'body' }],
    ['either', '7', true, { name: 'either', value: '7', in: 'body', isAnyScalar: true }],
    ['any', 'true', true, { name: 'any', value: 'true', in: 'body', isAnyScalar: true }],
    ['Q', 'x', false, { name: 'Q', value: 'x', in: 'nowhere' }],
  ])('%s = %s (SET: %s)', (name, value, isSet, want) =>
    expect(inputOf(given(name, value), put, server, isSet)).toEqual(want),
  );
  it('server variables may have patterns', () =>
    expect(variablesIn('{p}://{a:^(?:[^.]+|[0-9]{1,3})$}.x/{b}')).toEqual(['p', 'a', 'b']));
});

describe('compare', () => {
  it('takes a number for its text where the field may be either', () => {
    const one = (name: string, value: string, body: string) =>
      compare(
        {
          ...wanted,
          inputs: [...inputs.filter((each) => each.in !== 'body'), inputOf(given(name, value), put, server, true)],
        },
        seen({ body }),
      );
    expect(one('either', '7', '{"either":"7"}')).toEqual([]);
    expect(one('any', 'true', '{"any":true}')).toEqual([]);
    expect(one('any', 'true', '{"any":false}')).toMatchObject([{ verdict: 'body-differs' }]);
    expect(one('name', '7', '{"name":7}')).toMatchObject([{ verdict: 'body-differs' }]);
  });
  it('has nothing to say of the right request', () => expect(compare(wanted, seen({}))).toEqual([]));
  it.each<[string, Observation, string[]]>([
    ['a crash', { requests: [], outcome: { ended: 'crash', message: 'panic' } }, ['engine-crash']],
    ['a hang', { requests: [], outcome: { ended: 'hang', message: '' } }, ['engine-hang']],
    ['no request and no error', { requests: [], outcome: nothing }, ['no-request']],
    [
      'a syntax error',
      { requests: [], outcome: { ended: 'error', message: 'syntax error at position 3' } },
      ['syntax-error'],
    ],
    [
      'another error',
      { requests: [], outcome: { ended: 'error', message: 'no matching operation' } },
      ['not-callable'],
    ],
    ['an error after the request', seen({}, { ended: 'error', message: 'no such column' }), ['engine-error']],
    ['another operation', seen({ method: 'GET', path: '/v1/things' }), ['wrong-operation']],
    ['none of the API\u2019s operations', seen({ path: '/v2/things/v_id' }), ['wrong-operation']],
    ['another host', seen({ escaped: true }), ['stray-request']],
    [
      'a further request elsewhere',
      { requests: [good, { ...good, method: 'GET', path: '/v1/things' }], outcome: nothing },
      ['stray-request'],
    ],
    ['a path value', seen({ path: '/v1/things/other' }), ['parameter-lost']],
    ['a placeholder that nobody filled', seen({ path: '/v1/things/%7Bid%7D' }), ['parameter-lost']],
    ['a query value', seen({ query: '?q=other' }), ['parameter-lost']],
    ['a query parameter', seen({ query: '' }), ['parameter-lost']],
    ['a query parameter that nobody gave', seen({ query: '?q=v_q&x=1' }), ['parameter-added']],
    ['a header', seen({ headers: { ...good.headers, 'x-trace': undefined } }), ['parameter-lost']],
    ['the server variable', seen({ origin: 'https://my.example.com' }), ['parameter-lost']],
    ['the secret', seen({ headers: { ...good.headers, 'x-key': undefined } }), ['auth-missing']],
    [
      'the secret, in another place',
      seen({ headers: { ...good.headers, 'x-key': undefined, authorization: 'secret-of-KEY' } }),
      ['auth-missing'],
    ],
    ['the whole body', seen({ body: 'null' }), ['body-field-lost', 'body-field-lost']],
    ['a body that is not JSON', seen({ body: 'name=v_name' }), ['body-differs']],
    ['the body\u2019s type', seen({ headers: { ...good.headers, 'content-type': 'text/plain' } }), ['body-differs']],
    ['a field', seen({ body: '{"size":5}' }), ['body-field-lost']],
    ['a field\u2019s value', seen({ body: '{"name":"x","size":5}' }), ['body-differs']],
    ['a field that nobody gave', seen({ body: '{"name":"v_name","size":5,"sub":"v_sub"}' }), ['body-differs']],
    [
      'a number as text, which UPDATE cannot help',
      seen({ body: '{"name":"v_name","size":"5"}' }),
      ['body-differs value-as-text'],
    ],
    [
      'the second page\u2019s query',
      { requests: [good, { ...good, query: '?after=2' }], outcome: nothing },
      ['parameter-lost'],
    ],
    [
      'several things',
      seen({ query: '', headers: {}, body: '' }),
      ['parameter-lost', 'parameter-lost', 'body-field-lost', 'body-field-lost', 'auth-missing'],
    ],
  ])('%s', (_name, observation, want) => {
    expect(compare(wanted, observation).map(({ verdict, limit }) => (limit ? `${verdict} ${limit}` : verdict))).toEqual(
      want,
    );
  });
  it('takes a number as text for a fault where INSERT could have kept it', () => {
    expect(
      compare({ ...wanted, bodyAsText: false }, seen({ body: '{"name":"v_name","size":"5"}' }))[0]?.limit,
    ).toBeUndefined();
  });
  it('wants no body where none was given', () => {
    expect(
      compare(
        { ...wanted, operation: get, inputs: inputs.filter((input) => input.in === 'server') },
        { requests: [{ ...good, method: 'GET', path: '/v1/things', query: '', body: '{"a":1}' }], outcome: nothing },
      ),
    ).toMatchObject([{ verdict: 'body-differs' }]);
  });
});

describe('rows', () => {
  const page = (from: number) =>
    [from, from + 1].map((number) => ({ id: `id-${number}`, size: number, tags: ['a', 'b'] }));
  const rows = (numbers: readonly number[]) => numbers.map((number) => [`id-${number}`, `${number}.0`, '["a", "b"]']);
  const outcome = (columns: string[], values: (string | null)[][]) =>
    seen({}, seenRows({ ended: 'rows', columns, rows: values, stderr: '' }));
  const list = (pages: unknown[], columns = ['id', 'size', 'tags']) => ({
    ...wanted,
    rows: { pages, columns, exactly: true, inputs: ['sub'], unstable: [], transformed: false },
  });
  const columns = ['id', 'size', 'tags'];
  it.each<[string, Wanted, Observation, string[]]>([
    ['all of them', list([page(0), page(2)]), outcome(columns, rows([0, 1, 2, 3])), []],
    ['in another order', list([page(0), page(2)]), outcome(columns, rows([3, 0, 2, 1])), []],
    ['rows behind an envelope', list([{ data: page(0), total: 2 }]), outcome(columns, rows([0, 1])), []],
    ['rows inside rows', list([{ d: page(0).map((inner) => ({ inner })) }]), outcome(columns, rows([0, 1])), []],
    ['one object', list([page(7)[0]]), outcome(columns, rows([7])), []],
    ['only the first page', list([page(0), page(2)]), outcome(columns, rows([0, 1])), ['page-lost']],
    ['one row of the first page', list([page(0), page(2)]), outcome(columns, rows([0])), ['rows-missing']],
    ['no row', list([page(0)]), outcome(columns, []), ['rows-missing']],
    [
      'empty rows',
      list([page(0)]),
      outcome(columns, [
        [null, null, null],
        [null, null, null],
      ]),
      ['rows-missing'],
    ],
    ['the first page twice', list([page(0)]), outcome(columns, rows([0, 1, 0, 1])), ['rows-repeated']],
    [
      'an empty column',
      list([page(0)]),
      outcome(
        columns,
        rows([0, 1]).map(([id = '', size = '']) => [id, size, null]),
      ),
      ['columns-differ'],
    ],
    ['other values', list([page(0)]), outcome(columns, rows([0, 2])), ['columns-differ']],
    [
      'a column less',
      list([page(0)]),
      outcome(
        ['id', 'size'],
        [
          ['id-0', '0'],
          ['id-1', '1'],
        ],
      ),
      ['columns-differ'],
    ],
    [
      'a column more',
      list([page(0)], ['id']),
      outcome(
        ['id', 'x'],
        [
          ['id-0', '0'],
          ['id-1', '1'],
        ],
      ),
      ['columns-differ'],
    ],
    ['an answer without rows', list([undefined]), outcome(columns, []), ['rows-missing']],
  ])('%s', (_name, want, observation, verdicts) =>
    expect(compare(want, observation).map(({ verdict }) => verdict)).toEqual(verdicts),
  );
  it('takes for rows what has most of the documented columns, though a short statement asks for few of them', () => {
    const envelope = { kind: 'List', id: 'e', items: page(0) };
    const short = list([envelope], ['id']);
    const known = { ...short, rows: { ...short.rows, documented: columns } };
    expect(compare(known, outcome(['id'], [['id-0'], ['id-1']]))).toEqual([]);
    expect(compare(known, outcome(['id'], [['e']]))).toMatchObject([{ verdict: 'rows-missing' }]);
  });
  it('takes the list for rows where one such thing stands beside it', () =>
    expect(
      compare(list([{ thing: page(7)[0], things: page(0) }]), outcome(columns, rows([0, 1]))).map(
        ({ verdict }) => verdict,
      ),
    ).toEqual([]));
  it('leaves to a template the columns that it makes', () => {
    const made = list([['x', 'y'].map((k) => ({ k }))], ['value']);
    const rowsOf = (values: (string | null)[][]) => outcome(['value'], values);
    expect(compare({ ...made, rows: { ...made.rows, transformed: true } }, rowsOf([['{}'], ['{}']]))).toEqual([]);
    expect(compare({ ...made, rows: { ...made.rows, transformed: true } }, rowsOf([['{}']]))).toMatchObject([
      { verdict: 'rows-missing' },
    ]);
    expect(compare(made, rowsOf([['{}'], ['{}']]))).toMatchObject([{ verdict: 'columns-differ' }]);
  });
  it('says what the engine said when rows are missing', () => {
    const silent = seen({}, seenRows({ ended: 'rows', columns: [], rows: [], stderr: 'parsing error' }));
    expect(compare(list([page(0)]), silent)).toMatchObject([
      { verdict: 'rows-missing', seen: '0 rows: parsing error' },
    ]);
  });
});
