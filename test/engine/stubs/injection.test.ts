import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasEngine } from '../../places.js';
import { startBoxes } from './boxes.js';

type Where = 'path' | 'query' | 'header' | 'body' | 'nested';
const ALL: readonly Where[] = ['path', 'query', 'header', 'body', 'nested'];
const MEGABYTE = 1024 * 1024;

/** A text, and where the stubs must refuse it; everywhere else it must arrive as it is. */
const TEXTS: [name: string, text: string, refused?: readonly Where[]][] = [
  ['plain text', 'abc'],
  ['a quote', "it's"],
  ['two quotes', "''"],
  ['a quote at the end', "'"],
  ['a double quote', '"'],
  ['a backslash', '\\'],
  ['a backslash and a quote', "\\'"],
  ['backslashes and quotes', "\\\\'\\'\\\\\\"],
  ['an escape', '\\n\\0\\Z'],
  ['a statement after a quote', "x'; DELETE FROM boxes.boxes.boxes WHERE zone = 'z' AND id = 'b"],
  [
    'a statement after a backslash and a quote',
    "x\\'; DELETE FROM boxes.boxes.boxes WHERE zone = 'z' AND id = 'b'; --",
  ],
  ['a condition', "x' OR '1'='1"],
  ['a condition behind what is nearly a list (ENGINE E3.4)', '["x\\", " OR 1=1 --"]'],
  ['a condition in a list', '["x\\" OR 1=1 --"]', ['body']],
  ['a line comment', 'x -- y'],
  ['a block comment', '/* x */ y /*'],
  ['a hash comment', '# x'],
  ['a semicolon', 'x;y;'],
  ['only a semicolon', ';'],
  ['a line break', 'x\ny', ['header']],
  ['a header behind a line break', 'x\r\nX-Other: y', ['header']],
  ['tabs and blanks', ' \tx\t '],
  ['a null byte', 'x\0y', ['header']],
  ['control characters', '\u0001\u001b\u007f', ['header']],
  ['a template of stackql exec', '{{ 1 }}'],
  ['a broken template', '{{'],
  ['a template that runs', '{{printf "%s" "x"}}{{{'],
  ['a parameter', '$1 $2 $10'],
  ['other parameters', ':x @y ? %s %27 &amp; &q=2'],
  ['what cuts a URL', 'a?b#c&d=e'],
  ['a way up', '../../x'],
  ['a step up', '..', ['path']],
  ['a step nowhere', '.', ['path']],
  ['nothing', '', ['path']],
  ['NULL', 'NULL'],
  ['null', 'null', ['body']],
  ['null among blanks', ' null\n', ['header', 'body']],
  ['true', 'true'],
  ['a number', '5'],
  ['a number with an exponent', '1e400'],
  ['a list', '[1]', ['body']],
  ['an object', ' {"a": {"b": 1}}', ['body']],
  ['an empty object', '{}', ['body']],
  ['what is no list', '[x]'],
  ['a JSON string', '"x"'],
  ['other alphabets', 'Ελλάδα 漢字 עברית', ['header']],
  ['beyond the first plane', '😀𝄞', ['header']],
  ['marks that go together', 'e\u0301\u200d\u202e', ['header']],
  ['breaks of lines and paragraphs', '\u2028\u2029\u0085', ['header']],
  ['a byte-order mark', '\ufeffx', ['header']],
  ['half a surrogate pair', 'x\ud800', ALL],
  ['the other half', '\udc00x', ALL],
  ['a megabyte', 'x'.repeat(MEGABYTE), ['path', 'query', 'header']],
  ['a megabyte of quotes', "'".repeat(MEGABYTE), ['path', 'query', 'header']],
  ['a megabyte of backslashes', '\\'.repeat(MEGABYTE), ['path', 'query', 'header']],
];
/** Too long for a URL or a header of the mock: not tried there. */
const isLong = (text: string) => text.length >= MEGABYTE;

const VERBS = ['insert', 'update', 'exec', 'select', 'delete'] as const;

describe.skipIf(!hasEngine)('a value reaches the API as it is, or is refused, and nothing else runs', async () => {
  let api: Awaited<ReturnType<typeof startBoxes>>;
  beforeAll(async () => {
    api = await startBoxes();
  });
  afterAll(() => api.stop());

  const statement = (verb: (typeof VERBS)[number], at: Partial<Record<Where, string>>) => {
    const { boxes } = api;
    const params = {
      zone: 'z',
      id: at.path ?? 'b',
      ...(at.query !== undefined && { q: at.query }),
      ...(at.header !== undefined && { 'X-Note': at.header }),
    };
    const body = { ...(at.body !== undefined && { name: at.body }), inside: { note: at.nested ?? 'n' } };
    if (verb === 'select') return boxes.select(params);
    if (verb === 'delete') return boxes.delete(params);
    if (verb === 'exec') return (boxes.exec.seal_box as NonNullable<typeof boxes.exec.seal_box>)(params, body);
    return boxes[verb](params, body);
  };
  const placesOf = (verb: (typeof VERBS)[number]) =>
    ALL.filter((where) => !['select', 'delete'].includes(verb) || !['body', 'nested'].includes(where));

  it.each(TEXTS)('%s is refused where it must be, and only there', (_name, text, refused = []) => {
    for (const verb of VERBS)
      for (const where of placesOf(verb)) {
        if (isLong(text) && refused.includes(where)) continue;
        const build = () => statement(verb, { [where]: text });
        if (refused.includes(where))
          expect(build, `${verb} ${where}`).toThrow(expect.objectContaining({ name: 'InputError' }));
        else expect(build, `${verb} ${where}`).not.toThrow();
      }
  });

  const runs = (['pg', 'mcp', 'exec'] as const).flatMap((way) =>
    (way === 'exec' ? (['insert', 'select'] as const) : VERBS).map((verb) => [way, verb] as const),
  );
  it.each(runs)('through %s, by %s', { timeout: 300_000 }, async (way, verb) => {
    const wrong: unknown[] = [];
    for (const [name, text, refused = []] of TEXTS) {
      const places = placesOf(verb).filter((where) => !refused.includes(where));
      if (places.length === 0) continue;
      const at = Object.fromEntries(places.map((where) => [where, text])) as Partial<Record<Where, string>>;
      const said: unknown[] = [];
      const seen = await api.during(async () => {
        await api.runs[way](statement(verb, at)).catch((error: Error) => said.push(error.message.slice(0, 200)));
      });
      const [request] = seen;
      const body = request?.body as { name?: string; inside?: { note?: string } } | undefined;
      // HTTP takes blanks around a header's value away.
      const got = {
        path: request?.id,
        query: request?.q,
        header: request?.note,
        body: body?.name,
        nested: body?.inside?.note,
      };
      const wanted = { ...at, ...(at.header !== undefined && { header: at.header.trim() }) };
      const differs = places.filter((where) => got[where] !== wanted[where]);
      if (seen.length !== 1 || differs.length > 0)
        wrong.push([name, seen.length, differs, said, JSON.stringify(got).slice(0, 200)]);
    }
    expect(wrong).toEqual([]);
  });
});
