import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { baselineText, identify, readBaseline } from '../../../generator/check/baseline.js';
import { checkDocuments } from '../../../generator/check/check.js';
import { checkGenerated } from '../../../generator/check/generated.js';
import { violations } from '../../../generator/check/rules/provider.js';
import { type Problem, ProblemsError } from '../../../generator/diagnostics/problem.js';
import { readPages } from '../../../generator/doc-pages/pages.js';
import { emitDocs } from '../../../generator/emit/docs/default.js';
import { mapSource } from '../../../generator/index.js';
import { readPackages } from '../../../generator/provider-package/files.js';
import { positionsIn, readYaml } from '../../../generator/provider-package/yaml.js';
import { positionIn } from '../../../generator/read/place.js';
import { readTemplates } from '../../../generator/read/templates.js';
import { annotation } from '../../../generator/report/annotations.js';
import { sarif } from '../../../generator/report/sarif.js';
import { CONFIG, hasShared, ROOT, SHARED, scratch } from '../../places.js';
import { type Any, given, said } from '../check/given.js';

const COMMITTED = path.join(ROOT, 'provider');

describe('the committed provider', () => {
  it('has no finding, on disk or before it is written', async () => {
    const pages = readPages(path.join(ROOT, 'docs/services'));
    expect(pages.flatMap(({ blocks }) => blocks).flatMap(({ statements }) => statements)).toHaveLength(14);
    expect(readPackages(COMMITTED).flatMap(({ documents }) => checkDocuments(documents, pages))).toEqual([]);
    const { provider } = await mapSource(CONFIG);
    expect(checkGenerated(provider, emitDocs(provider, readTemplates('default')))).toEqual([]);
  });

  it.each([
    [
      'the broader route first',
      (text: string) => text.replace(/(\s+- \$ref: \S+\/get_session")(\s+- \$ref: \S+\/get_current_session")/, '$2$1'),
      ['method-shadowed - $ref: "#/components/x-stackQL-resources/sessions/methods/get_session"'],
    ],
    [
      'a dangling $ref',
      (text: string) => text.replace('schemas/SessionStatus"', 'schemas/SessionStat"'),
      ['ref-unresolved - $ref: "#/components/schemas/SessionStat"'],
    ],
    [
      'a parameter of a path item',
      (text: string) =>
        text.replace(
          '  /api/v1/sessions/me:\n',
          '  /api/v1/sessions/me:\n    parameters:\n' +
            '      - {name: x, in: query, required: true, schema: {type: string}}\n',
        ),
      ['path-item-parameters parameters:'],
    ],
    [
      'no array in the answer of EXEC',
      (text: string) =>
        text.replace(/ {8}amr:\n[\s\S]*?(?= {8}createdAt:)/, '').replace(/ {12}hints:\n[\s\S]*?(?= {4}Session:)/, ''),
      ['exec-crash refresh_current_session:', 'exec-crash refresh_session:'],
    ],
  ])('%s: the finding has its line', (_what, edit, want) => {
    const before = readPackages(COMMITTED)[0]?.documents.find(({ file }) => file.endsWith('sessions.yaml'))?.text ?? '';
    const text = edit(before);
    expect(text).not.toBe(before);
    const place = positionsIn(text);
    const found = checkDocuments([{ file: 'sessions.yaml', text, ...readYaml(text) }]);
    const lines = found.map(
      ({ code, at }) => `${code} ${text.split('\n')[place(String(at).replace(/^.*?#/, '')).line - 1]?.trim()}`,
    );
    expect(lines).toEqual(want);
  });
});

/** A registry root with the planted provider. */
function registry(edit: (files: { provider: Any; service: Any }) => void = () => undefined): string {
  const { provider, service } = given();
  edit({ provider, service });
  const root = scratch();
  mkdirSync(path.join(root, 'src/p/v00.00.00000/services'), { recursive: true });
  writeFileSync(path.join(root, 'src/p/v00.00.00000/provider.yaml'), stringify(provider));
  writeFileSync(
    path.join(root, 'src/p/v00.00.00000/services/s.yaml'),
    stringify(service, { aliasDuplicateObjects: false }),
  );
  return root;
}

const check = (target: string) =>
  readPackages(target).flatMap(({ documents, problems }) => [...problems, ...checkDocuments(documents)]);

describe('reading packages', () => {
  it.each([
    ['a registry root', ''],
    ['its src', 'src'],
    ['a provider', 'src/p'],
    ['a version', 'src/p/v00.00.00000'],
    ['services', 'src/p/v00.00.00000/services'],
    ['a service', 'src/p/v00.00.00000/services/s.yaml'],
  ])('%s', (_what, below) => {
    const found = check(
      path.join(
        registry(({ service }) => delete service.components.schemas.Thing.type),
        below,
      ),
    );
    expect(found.map(({ code }) => code)).toEqual(['type-object-missing']);
  });

  it('takes every provider and version of a root', () => {
    const root = registry();
    cpSync(path.join(root, 'src/p/v00.00.00000'), path.join(root, 'src/p/latest'), { recursive: true });
    expect(readPackages(root).map(({ folder }) => path.relative(root, folder))).toEqual([
      'src/p/latest',
      'src/p/v00.00.00000',
    ]);
    const found = check(path.join(root, 'src/p/latest'));
    expect(found.map(said)).toEqual([
      'version-form ',
      'service-ref /providerServices/s/service/$ref',
      'service-unlisted ',
    ]);
  });

  it('says where a file is no YAML, and goes on with the others', () => {
    const root = registry();
    writeFileSync(path.join(root, 'src/p/v00.00.00000/services/s.yaml'), 'a: 1\n b: 2\n');
    expect(check(root).map(said)).toEqual(['yaml-syntax 2:3']);
    writeFileSync(path.join(root, 'src/p/v00.00.00000/provider.yaml'), '{');
    expect(check(root).map(({ code }) => code)).toEqual(['yaml-syntax', 'yaml-syntax']);
  });

  it('follows no link', () => {
    const root = registry();
    symlinkSync('/etc/hostname', path.join(root, 'src/p/v00.00.00000/services/x.yaml'));
    symlinkSync(root, path.join(root, 'src/p/loop'));
    expect(check(root)).toEqual([]);
  });

  it('refuses aliases that grow without end', () => {
    const root = registry();
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[index]}`)}]`),
    ];
    writeFileSync(path.join(root, 'src/p/v00.00.00000/services/t.yaml'), bomb.join('\n'));
    writeFileSync(path.join(root, 'src/p/v00.00.00000/services/u.yaml'), 'a: &a\n  b: *a\n');
    expect(check(root).map(({ code, message }) => [code, message])).toEqual([
      ['yaml-syntax', 'its aliases stand for more than 3000000 values'],
      ['yaml-syntax', 'its aliases stand for more than 3000000 values'],
    ]);
  });

  it.each([
    ['nothing', 'nowhere'],
    ['a folder without any', 'empty'],
  ])('says that there is %s', (_what, name) => {
    const root = scratch();
    mkdirSync(path.join(root, 'empty'));
    expect(() => readPackages(path.join(root, name))).toThrow(ProblemsError);
  });
});

describe('what YAML says to the engine', () => {
  it.each([
    ['on', true],
    ['Off', false],
    ['y', true],
    ['~', null],
    ['010', 8],
    ['0o10', 8],
    ['1_000', 1000],
    ['0x1F', 31],
    ['-1.5e3', -1500],
    ['1.0.0', '1.0.0'],
    ['2020-01-01', '2020-01-01'],
    ['12:30', '12:30'],
    ['"on"', 'on'],
    ['!!str on', 'on'],
    ['!thing on', 'on'],
  ])('%s is %j', (written, value) => expect(readYaml(`a: ${written}`).value).toEqual({ a: value }));

  it('of equal keys the last counts', () =>
    expect(readYaml('a: 1\na: 2')).toMatchObject({ value: { a: 2 }, duplicateKeys: true }));
});

it.each([
  ['block', 'a:\n  - b: 1\n    c: [x, {d: 2}]\n  # comment\n  -\n    "e/f": |\n      text\n    g:\n      h: ~\n'],
  ['JSON', '{"a": [{"b": 1}, {"c/d": {"e": null}}]}'],
  ['Windows', 'a:\r\n  b: 1\r\n  c:\r\n    d: 2\r\n'],
])('places are those of the parser that reads specs: %s', (_what, text) => {
  const place = positionsIn(text);
  const walk = (value: unknown, pointer: string): string[] => [
    pointer,
    ...(typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => walk(inner, `${pointer}/${key.replaceAll('/', '~1')}`))
      : []),
  ];
  for (const pointer of [...walk(parse(text), ''), '/nowhere', '/a/9/x'])
    expect(place(pointer), pointer).toEqual(positionIn(text, pointer));
});

describe('a baseline', () => {
  const plant = ({ service }: { service: Any }) => {
    service.paths['/things'].get.parameters.push({ name: 'sid', in: 'cookie', schema: { type: 'string' } });
    delete service.components.schemas.Thing.type;
  };
  const found = (root: string) => {
    const [files] = readPackages(root);
    const documents = files?.documents ?? [];
    return checkDocuments(documents).map((problem) => identify(problem, documents, [files?.folder ?? '']));
  };

  it('knows a finding by names, wherever the package is and whatever comes before', () => {
    const text = baselineText(found(registry(plant)));
    expect(JSON.parse(text)).toEqual({
      'services/s.yaml': {
        'parameter-location': ['#/paths//things/get/parameters/sid'],
        'type-object-missing': ['#/components/schemas/Thing'],
      },
    });
    const later = found(
      registry((it) => {
        plant(it);
        it.service.paths['/things'].get.parameters.unshift({ name: 'first', in: 'query', schema: { type: 'string' } });
        it.service.openapi = '3.1.0';
      }),
    );
    const baseline = readBaseline('baseline.json', text);
    expect(later.filter((identity) => !baseline.knows(identity)).map(({ code }) => code)).toEqual(['openapi-version']);
    expect(baseline.gone(found(registry()))).toBe(2);
  });

  it.each(['', '[]', '{"a": 1}', '{"a": {"b": "c"}}'])('%j is none', (text) =>
    expect(() => readBaseline('b.json', text)).toThrow(ProblemsError),
  );
});

describe('printed for machines', () => {
  const problem: Problem = {
    code: 'column-doubled',
    message: 'a, b: 100%\nof x',
    at: { file: path.resolve('a b/ü,x.yaml'), line: 3, column: 7 },
    severity: 'info',
  };

  it('GitHub annotations escape what would end them', () => {
    expect(annotation(problem)).toBe(
      '::notice file=a b/ü%2Cx.yaml,line=3,col=7,title=column-doubled::a, b: 100%25\\nof x. Write the composition out.',
    );
    expect(annotation({ code: 'usage', message: 'x' })).toMatch(/^::error title=usage::x\. /);
  });

  it('SARIF has every part that a reader of 2.1.0 needs', () => {
    const log = sarif([
      { problem, fingerprint: 'f1' },
      { problem: { code: 'auth-missing', message: 'm' }, fingerprint: 'f2' },
    ]);
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    const rules = run?.tool.driver.rules ?? [];
    expect(rules.map(({ id, defaultConfiguration }) => [id, defaultConfiguration.level])).toEqual([
      ['column-doubled', 'warning'],
      ['auth-missing', 'error'],
    ]);
    for (const { shortDescription, fullDescription, help } of rules)
      for (const { text } of [shortDescription, fullDescription, help]) expect(text.length).toBeGreaterThan(0);
    expect(run?.results).toEqual([
      {
        ruleId: 'column-doubled',
        ruleIndex: 0,
        level: 'note',
        message: { text: problem.message },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'a%20b/%C3%BC%2Cx.yaml' },
              region: { startLine: 3, startColumn: 7 },
            },
          },
        ],
        partialFingerprints: { 'finding/v1': 'f1' },
      },
      {
        ruleId: 'auth-missing',
        ruleIndex: 1,
        level: 'error',
        message: { text: 'm' },
        partialFingerprints: { 'finding/v1': 'f2' },
      },
    ]);
    for (const result of run?.results ?? []) expect(rules[result.ruleIndex]?.id).toBe(result.ruleId);
  });
});

/** Values with which each part of a document is replaced. */
const REPLACEMENTS = [
  undefined,
  null,
  true,
  1,
  1.5,
  -1,
  '',
  'text',
  'a b',
  'A-b',
  'v1.2.3',
  'v1.2.3.4',
  [],
  ['x'],
  [{ $ref: 'x' }],
  {},
  { $ref: '#/x' },
  { $ref: 'a b' },
  { x: 1 },
];

/** A document with one part replaced, in every way. */
function* mutations(document: Any): Iterable<[string, Any]> {
  const places: string[][] = [[]];
  const walk = (value: unknown, steps: string[]) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      places.push([...steps, key]);
      walk(inner, [...steps, key]);
    }
    if (!Array.isArray(value)) places.push([...steps, 'x-new'], [...steps, 'Añ/']);
  };
  walk(document, []);
  for (const place of places)
    for (const value of REPLACEMENTS) {
      const copy = { root: structuredClone(document) };
      let here: Any = copy;
      const steps = ['root', ...place];
      for (const step of steps.slice(0, -1)) here = here[step];
      if (value === undefined) delete here[steps.at(-1) as string];
      else here[steps.at(-1) as string] = value;
      if (copy.root !== undefined) yield [`/${place.join('/')} = ${JSON.stringify(value)}`, copy.root];
    }
}

describe.skipIf(!hasShared)(
  'our schema of packages accepts and refuses the same as the registry (needs ../shared)',
  () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    const folder = path.join(SHARED, 'schemas');
    for (const name of ['provider', 'stackql-config', 'resources-core'])
      if (existsSync(path.join(folder, `${name}.schema.json`)))
        ajv.addSchema({
          ...JSON.parse(readFileSync(path.join(folder, `${name}.schema.json`), 'utf8')),
          $id: `https://x.test/${name}.schema.json`,
        });
    const { provider, thing } = given();
    Object.assign(provider, { description: 'd', protocolType: 'http', 'x-stackQL-info': {} });
    Object.assign(provider.config, {
      requestTranslate: { algorithm: 'a' },
      minStackQLVersion: 'v1',
      snake_case_aliases: true,
      retry: {},
      views: {},
    });
    thing.config = {
      retry: {
        algorithm: 'exponential',
        max_attempts: 2,
        jitter_fraction: 0.5,
        retryable_methods: ['GET'],
        retryable_conditions: { status_codes: [429] },
      },
    };
    Object.assign(thing.methods.get_thing, {
      method: 'GET',
      primaryIdentifier: ['id'],
      evidence: [{ source: 's', locator: 'l' }],
      auth: {},
    });
    for (const name of ['list_things', 'create_thing', 'change_thing', 'drop_thing']) delete thing.methods[name];

    it.each([
      ['provider', 'https://x.test/provider.schema.json', provider],
      ['resources', 'https://x.test/resources-core.schema.json#/$defs/ResourceMap', { things: thing }],
    ] as const)('%s', (part, id, document) => {
      const theirs = ajv.compile({ $ref: id });
      const counts = { accepted: 0, refused: 0 };
      for (const [what, mutated] of mutations(document)) {
        const accepted = theirs(mutated) as boolean;
        counts[accepted ? 'accepted' : 'refused']++;
        // A wrong verb has a rule of its own.
        const isVerb = (theirs.errors ?? []).every(
          ({ keyword, instancePath }) => keyword === 'additionalProperties' && instancePath.endsWith('/sqlVerbs'),
        );
        if (accepted || !isVerb)
          expect(violations(part, { value: mutated, at: 'f#' }).length === 0, what).toBe(accepted);
      }
      expect(counts.accepted).toBeGreaterThan(100);
      expect(counts.refused).toBeGreaterThan(100);
    });
  },
);
