import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasEngine } from '../../places.js';
import { startBoxes } from './boxes.js';

const FULL = {
  id: 'b1',
  count: 3,
  weight: -1.5,
  full: true,
  tags: ['a', "it's"],
  inside: { note: 'null' },
  sealedAt: '2026-01-01T00:00:00Z',
  lid: null,
};

describe.skipIf(!hasEngine).each(['pg', 'pool', 'exec', 'mcp'] as const)('through %s', (way) => {
  let api: Awaited<ReturnType<typeof startBoxes>>;
  beforeAll(async () => {
    api = await startBoxes();
  });
  afterAll(() => api.stop());
  const at = { zone: 'z', id: 'b' };
  const failing = async (work: Promise<unknown>) =>
    work.then(
      () => 'no error',
      (error: unknown) => error,
    );

  it('rows have their types', async () => {
    api.answers(() => ({ body: FULL }));
    expect(await api.runs[way](api.boxes.select(at))).toEqual({ rows: [FULL], problems: [] });
  });

  it('a value that is not what the spec says stays, and is told', async () => {
    api.answers(() => ({ body: { id: 'b1', tags: 'none' } }));
    const { rows, problems } = await api.runs[way](api.boxes.select(at, { columns: ['id', 'tags'] }));
    expect(rows).toEqual([{ id: 'b1', tags: 'none' }]);
    expect(problems).toEqual([{ row: 0, column: 'tags', wanted: 'json', value: 'none' }]);
  });

  it('mutations and actions are done', async () => {
    api.answers(() => ({}));
    const { boxes, runs, during } = api;
    const body = { name: 'n', inside: { note: 'x' } };
    const seal = boxes.exec.seal_box as NonNullable<typeof boxes.exec.seal_box>;
    for (const [statement, method] of [
      [boxes.insert(at, body), 'POST'],
      [boxes.update(at, body), 'PATCH'],
      [boxes.delete(at), 'DELETE'],
      [seal(at, body), 'POST'],
    ] as const) {
      const requests = await during(async () => expect(await runs[way](statement)).toEqual({ rows: [], problems: [] }));
      expect(requests.map((request) => [request.method, request.id])).toEqual([[method, 'b']]);
    }
  });

  it('a body that the API does without may be left out', async () => {
    api.answers(() => ({}));
    const { boxes, runs, during } = api;
    const seal = boxes.exec.seal_box as NonNullable<typeof boxes.exec.seal_box>;
    for (const statement of [boxes.insert(at), boxes.update(at), seal(at)]) {
      const requests = await during(() => runs[way](statement));
      expect(requests.map(({ id, body }) => [id, body ?? null])).toEqual([['b', null]]);
    }
  });

  it('RETURNING brings rows, or is refused before anything is sent', async () => {
    api.answers(() => ({ body: FULL }));
    const work = () => api.runs[way](api.boxes.insert(at, { name: 'n' }, { returning: ['id', 'weight', 'tags'] }));
    if (way !== 'mcp')
      expect(await work()).toEqual({ rows: [{ id: 'b1', weight: -1.5, tags: ['a', "it's"] }], problems: [] });
    else
      expect(await api.during(async () => expect(await failing(work())).toMatchObject({ name: 'InputError' }))).toEqual(
        [],
      );
  });

  it('an HTTP error is thrown, with status and body where the transport tells', async () => {
    api.answers(() => ({ status: 404, body: { errorSummary: 'none' } }));
    const told =
      way === 'mcp' ? { name: 'EngineError' } : { name: 'EngineError', status: 404, body: '{"errorSummary":"none"}' };
    const { boxes, runs } = api;
    expect(await failing(runs[way](boxes.delete(at)))).toMatchObject(told);
    expect(await failing(runs[way](boxes.update(at, { name: 'n' })))).toMatchObject(told);
    // The MCP server keeps it to itself.
    if (way === 'mcp') expect(await runs[way](boxes.select(at))).toEqual({ rows: [], problems: [] });
    else expect(await failing(runs[way](boxes.select(at)))).toMatchObject(told);
    if (way !== 'mcp')
      expect(await failing(runs[way](boxes.insert(at, { name: 'n' }, { returning: ['id'] })))).toMatchObject({
        name: 'EngineError',
      });
    api.answers(() => ({ body: FULL }));
    expect((await runs[way](boxes.select(at))).rows).toEqual([FULL]);
  });
});
