import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect } from 'vitest';
import { selfSigned } from '../../../generator/registry/keys.js';
import { signDocuments, signerOf } from '../../../generator/registry/signature.js';
import { toYaml } from '../../../generator/text/yaml.js';
import { engineEnvironment } from '../../../generator/verify/engine.js';
import { ENGINE } from '../../places.js';
import { exec, type Fact, NAIVE, THING, THINGS, type Tiny, type Trial, writeProvider } from './tiny.js';

const LIST = { verb: 'select', op: 'GET /things', answers: THINGS } as const;
const PUBLISHED: Tiny = { methods: { list: LIST } };
const VERSION = 'v26.11.00001';

export const REGISTRY: readonly Fact[] = [
  [
    'E7.1',
    'a service\u2019s `$ref` is relative to `src/`',
    { methods: { list: LIST } },
    [['SELECT id FROM X', { sends: ['GET /things'] }]],
  ],
  [
    'E7.1',
    'a service’s `$ref` relative to provider.yaml leads nowhere',
    {
      methods: { list: LIST },
      $ref: '../../services/s.yaml',
    },
    [['SELECT id FROM X', { fails: /./, sends: [] }]],
  ],
  [
    'E7.7',
    'what the public registry runs on every provider works',
    {
      methods: {
        list: LIST,
        make: {
          verb: 'insert',
          op: 'POST /things',
          body: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
          answers: THING,
          config: NAIVE,
        },
      },
    },
    [
      ['SHOW SERVICES IN PROVIDER', { columns: ['id', 'name', 'title'] }],
      ['SHOW EXTENDED RESOURCES IN PROVIDER.s', { count: 1 }],
      ['DESCRIBE EXTENDED X', { columns: ['name', 'type', 'description'] }],
      ['SHOW EXTENDED METHODS IN X', { columns: ['MethodName', 'RequiredParams', 'SQLVerb', 'description'] }],
      ['SHOW INSERT INTO X', { count: 1 }],
    ],
  ],
  [
    'E7.2',
    'an artifact whose directories stand before its files is pulled, one of files alone is not',
    PUBLISHED,
    overHttp(async (registry) => {
      registry.publish('whole', { entries: [VERSION, `${VERSION}/services`, ...FILES] });
      registry.publish('bare', { entries: FILES });
      expect(await registry.run(`REGISTRY PULL whole ${VERSION}; SHOW SERVICES IN whole`)).toContain('"name":"s"');
      expect(await registry.run(`REGISTRY PULL bare ${VERSION}; SHOW SERVICES IN bare`)).not.toContain('"name":"s"');
    }),
  ],
  [
    'E7.3',
    'a server needs two GETs: the list and the artifact',
    PUBLISHED,
    overHttp(async (registry) => {
      registry.publish('whole');
      expect(await registry.run('REGISTRY LIST')).toContain(VERSION);
      await registry.run(`REGISTRY PULL whole ${VERSION}`);
      expect([...new Set(registry.asked)]).toEqual(['/dist/providers.yaml', `/dist/whole/${VERSION}.tgz`]);
    }),
  ],
  [
    'E7.4',
    'versions are compared as semantic ones, whatever their order: the highest is listed, pulled and used',
    PUBLISHED,
    overHttp(async (registry) => {
      for (const version of ['v26.11.00002', 'v26.11.00010', 'v26.09.99999']) registry.publish('whole', { version });
      registry.list({ whole: ['v26.11.00002', 'v26.11.00010', 'v26.09.99999'] });
      expect(await registry.run('REGISTRY LIST')).toContain('v26.11.00010');
      expect(await registry.run('REGISTRY PULL whole')).toContain("'v26.11.00010' successfully installed");
    }),
  ],
  [
    'E7.4',
    'one version in the list that is not a semantic one breaks the listing of every provider',
    PUBLISHED,
    overHttp(async (registry) => {
      registry.publish('whole');
      registry.publish('bare');
      expect(await registry.run('REGISTRY LIST')).toContain('whole');
      registry.list({ whole: [VERSION], bare: [VERSION, 'latest'] });
      expect(await registry.run('REGISTRY LIST')).not.toContain('whole');
    }),
  ],
  [
    'E7.4',
    'one folder beside the versions that is not a semantic one breaks the provider',
    { methods: { list: LIST } },
    async ({ folder, host, sent }) => {
      const select = () => exec(folder, ['SELECT id FROM p.s.things', '--output', 'json']);
      expect((await select()).stdout).toContain('i1');
      sent();
      writeProvider(folder, 'p', { methods: { list: LIST } }, host, 'latest');
      expect((await select()).stdout).not.toContain('i1');
      expect(sent()).toEqual([]);
    },
  ],
  [
    'E7.5',
    'an engine that verifies wants `X.yaml.sig` = base64(ts15, sig64) beside each file, and finds a changed ' +
      'service at its first use',
    PUBLISHED,
    overHttp(async (registry) => {
      const certificate = await registry.sign('whole');
      const verifying = { signingCertFile: certificate, CAFile: certificate };
      registry.publish('whole');
      expect(await registry.run(`REGISTRY PULL whole ${VERSION}; SHOW RESOURCES IN whole.s`, verifying)).toContain(
        'things',
      );
      registry.change('whole');
      registry.publish('whole');
      expect(await registry.run(`REGISTRY PULL whole ${VERSION}; SHOW SERVICES IN whole`, verifying)).toContain(
        '"name":"s"',
      );
      expect(await registry.run(`REGISTRY PULL whole ${VERSION}; SHOW RESOURCES IN whole.s`, verifying)).not.toContain(
        '"things"',
      );
    }),
  ],
  [
    'E7.5',
    'a file without a signature, and a certificate that is not valid now, are refused',
    PUBLISHED,
    overHttp(async (registry) => {
      registry.publish('bare');
      const valid = await registry.sign('whole');
      expect(
        await registry.run(`REGISTRY PULL bare ${VERSION}; SHOW SERVICES IN bare`, {
          signingCertFile: valid,
          CAFile: valid,
        }),
      ).toContain('signature file not present');
      const ended = await registry.sign('whole', 2020);
      registry.publish('whole');
      expect(
        await registry.run(`REGISTRY PULL whole ${VERSION}; SHOW SERVICES IN whole`, {
          signingCertFile: ended,
          CAFile: ended,
        }),
      ).not.toContain('"name":"s"');
    }),
  ],
  [
    'E7.6',
    'REGISTRY PULL of a version makes the provider usable in the same session',
    PUBLISHED,
    overHttp(async (registry) => {
      registry.publish('whole');
      expect(await registry.run(`REGISTRY PULL whole ${VERSION}; SHOW SERVICES IN whole`)).toContain('"name":"s"');
    }),
  ],
  [
    'E7.6',
    'REGISTRY PULL on a file:// registry deletes the folder of the provider',
    { methods: { list: LIST } },
    async ({ folder }) => {
      expect(existsSync(path.join(folder, 'src/p/v00.00.00000/provider.yaml'))).toBe(true);
      await exec(folder, ['REGISTRY PULL p v00.00.00000']);
      expect(existsSync(path.join(folder, 'src/p/v00.00.00000/provider.yaml'))).toBe(false);
    },
  ],
];

function overHttp(trial: (registry: Registry) => Promise<void>): Trial {
  return async ({ folder }) => {
    const registry = new Registry(folder);
    await registry.start();
    try {
      await trial(registry);
    } finally {
      registry.stop();
    }
  };
}

/** A registry server, and engines that have nothing yet and pull from it. */
class Registry {
  /** The URLs asked for so far. */
  readonly asked: string[] = [];
  private readonly listed: Record<string, string[]> = {};
  private engines = 0;
  private readonly server = createServer((request, response) => {
    this.asked.push(request.url ?? '');
    const file = path.join(this.folder, 'built', request.url ?? '');
    if (existsSync(file)) response.writeHead(200).end(readFileSync(file));
    else response.writeHead(404).end();
  });

  constructor(private readonly folder: string) {}

  start(): Promise<void> {
    return new Promise((done) => this.server.listen(0, '127.0.0.1', done));
  }

  stop(): void {
    this.server.close();
  }

  /** Packs and lists a provider; `entries` are what the artifact holds, by default its folders and all their files. */
  publish(name: string, { version = VERSION, entries = everything(this.written(name, version)) }: Artifact = {}): void {
    const artifacts = path.join(this.folder, 'built/dist', name);
    mkdirSync(artifacts, { recursive: true });
    const root = path.dirname(this.written(name, version));
    execFileSync('tar', ['-czf', path.join(artifacts, `${version}.tgz`), '-C', root, '--no-recursion', ...entries]);
    this.listed[name] = [...new Set([...(this.listed[name] ?? []), version])];
    this.list(this.listed);
  }

  list(providers: Readonly<Record<string, readonly string[]>>): void {
    const lists = Object.entries(providers).map(([name, versions]) => [name, { versions }] as const);
    const file = path.join(this.folder, 'built/dist/providers.yaml');
    writeFileSync(file, toYaml({ providers: Object.fromEntries(lists) }));
  }

  /** Signs a provider with a new certificate, valid for three years from `year` on; returns the certificate's file. */
  async sign(name: string, year = new Date().getUTCFullYear() - 1): Promise<string> {
    const root = this.written(name);
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = await selfSigned(privateKey, 'p', new Date(`${year}-01-01`), new Date(`${year + 3}-01-01`));
    const signer = signerOf(String(privateKey.export({ type: 'pkcs8', format: 'pem' })), pem);
    const files = ['provider.yaml', 'services/s.yaml'];
    const documents = new Map(files.map((file) => [file, readFileSync(path.join(root, file))]));
    for (const [file, bytes] of signDocuments(documents, signer, Date.parse(`${year}-06-01`) / 1000))
      writeFileSync(path.join(root, file), bytes);
    const certificate = path.join(this.folder, `${name}-${year}.pem`);
    writeFileSync(certificate, pem);
    return certificate;
  }

  /** Changes a service of the provider behind its signature. */
  change(name: string): void {
    const file = path.join(this.written(name), 'services/s.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('127.0.0.1', '127.0.0.2'));
  }

  /** What an engine of its own prints. */
  async run(sql: string, verifyConfig: object = { nopVerify: true }): Promise<string> {
    const home = path.join(this.folder, `home-${this.engines++}`);
    mkdirSync(home);
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const flags = ['--approot', home, '--registry', JSON.stringify({ url, verifyConfig }), '--output', 'json'];
    const child = spawn(ENGINE, [...flags, 'exec', sql], { env: engineEnvironment(process.env, home, {}) });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    await new Promise((done) => child.on('close', done));
    return said;
  }

  /** The folder of a provider's version, written when it is not there. */
  private written(name: string, version = VERSION): string {
    const root = path.join(this.folder, 'src', name, version);
    if (!existsSync(root)) writeProvider(this.folder, name, PUBLISHED, '127.0.0.1:9', version);
    return root;
  }
}

interface Artifact {
  readonly version?: string;
  readonly entries?: readonly string[];
}

const FILES = [`${VERSION}/provider.yaml`, `${VERSION}/services/s.yaml`];

/** Folders before the files in them, as `tar` is to pack them. */
function everything(root: string): string[] {
  const version = path.basename(root);
  const inside = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return [version, ...inside.map((file) => `${version}/${file}`)];
}
