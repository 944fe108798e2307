import type { Command } from 'commander';
import type { Terminal } from './terminal.js';

type Define = (command: Command, terminal: Terminal) => void;

/** Every command: its name and arguments, what it does, and the module that knows the rest, loaded when it runs. */
export const COMMANDS: readonly (readonly [usage: string, description: string, load: () => Promise<Define>])[] = [
  [
    'init <spec>',
    'write a commented config with what is inferred from a spec',
    async () => (await import('./init.js')).initCommand,
  ],
  [
    'init-site',
    'write a documentation site around the generated pages',
    async () => (await import('./init-site.js')).initSiteCommand,
  ],
  [
    'generate [configs...]',
    'write the provider, its stubs and its documentation',
    async () => (await import('./generate.js')).generateCommand,
  ],
  [
    'explain <name>',
    'say why an operation has its service, resource, method name and SQL verb',
    async () => (await import('./explain.js')).explainCommand,
  ],
  [
    'rename <name> <new>',
    'rename a service, resource or method in the config: rename okta.users.users people',
    async () => (await import('./edit.js')).renameCommand,
  ],
  [
    'exclude <names...>',
    'leave operations out: by operationId, or a method, resource or service with all its operations',
    async () => (await import('./edit.js')).excludeCommand,
  ],
  [
    'set <name> <settings...>',
    'set what the config says about an operation: set okta.users.users.list_users verb=select pagination=none',
    async () => (await import('./edit.js')).setCommand,
  ],
  [
    'report',
    'say what every operation became and why, and what was left out',
    async () => (await import('./report.js')).reportCommand,
  ],
  [
    'export-mapping',
    "print names and verbs as the public tool's mapping file; --mapping reads it back",
    async () => (await import('./report.js')).exportMappingCommand,
  ],
  [
    'diff <old> [new]',
    'say what changed for users between two configs, specs, provider folders or git refs (REF or REF:PATH)',
    async () => (await import('./diff.js')).diffCommand,
  ],
  [
    'check [target]',
    'look for what the engine cannot run, in any provider package (default: provider) or in what a config would make',
    async () => (await import('./check.js')).checkCommand,
  ],
  [
    'verify [dir]',
    'run every documented statement on the real engine, against a mock of the API on this machine',
    async () => (await import('./verify.js')).verifyCommand,
  ],
  [
    'pack',
    'make the registry artifact of a generated provider: dist/<provider>/<version>.tgz',
    async () => (await import('./pack.js')).packCommand,
  ],
  [
    'keygen',
    'make an Ed25519 key and a self-signed certificate, to sign artifacts with',
    async () => (await import('./signing.js')).keygenCommand,
  ],
  [
    'sign [dir]',
    'sign every document of the artifacts in dir/dist that this key has not signed',
    async () => (await import('./signing.js')).signCommand,
  ],
  [
    'verify-artifact [path]',
    'say whether the artifacts in dir/dist, or one <provider>/<version>.tgz, are what was packed and signed',
    async () => (await import('./signing.js')).verifyArtifactCommand,
  ],
  [
    'serve [dir]',
    'serve the artifacts in dir/dist to engines on this machine, until stopped',
    async () => (await import('./serve.js')).serveCommand,
  ],
  [
    'publish [dir]',
    'add the artifacts in dir/dist to a registry; a published version never changes',
    async () => (await import('./publish.js')).publishCommand,
  ],
  [
    'next-version',
    'print the version that follows those in a registry',
    async () => (await import('./publish.js')).nextVersionCommand,
  ],
];
