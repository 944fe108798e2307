import path from 'node:path';
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { RuleCode } from '../../diagnostics/rules.js';
import { asText, child } from '../../provider-package/positions.js';
import { isFile } from '../../provider-package/structure.js';
import type { Located, Package, ProviderFile } from '../../provider-package/types.js';
import { isObject } from '../../read/objects.js';
import { escapeToken, step } from '../../read/pointer.js';
import { validateProvider, validateResources } from '../package-validator.js';
import { type Finding, listOf, type Rule } from './rule.js';

/** The keys of `auth` that name where the secret is; one of them is enough. */
const CREDENTIALS = [
  'credentialsenvvar',
  'credentialsfilepath',
  'credentialsfilepathenvvar',
  'api_key',
  'api_key_var',
  'username_var',
  'keyIDenvvar',
  'keyID',
];
const NEEDS_CREDENTIALS = ['api_key', 'bearer', 'basic', 'custom'];
/** The engine ignores their case. */
const AUTH_TYPES: ReadonlySet<string> = new Set([
  'api_key',
  'aws_assume_role',
  'aws_signing_v4',
  'azure_default',
  'basic',
  'bearer',
  'custom',
  'interactive',
  'null_auth',
  'oauth2',
  'service_account',
]);

/** provider.yaml, and the folders around it. */
export const providerRules = {
  'provider-name': provider(function* ({ value, at, folder }) {
    // The registry keeps the provider `google` in a folder of another name, and the engine knows it.
    const names = [value.id, value.name, ...(folder === 'googleapis.com' ? [] : [folder])].filter(
      (name) => name !== undefined,
    );
    if (value.name === undefined) yield { at, message: 'the provider has no name' };
    else if (new Set(names).size > 1)
      yield { at: step(at, 'name'), message: `id ${asText(value.id)}, name ${asText(value.name)}, folder ${folder}` };
  }),

  'auth-missing': provider(function* ({ config }) {
    if (config.value.auth === undefined) yield { at: config.at, message: 'config.auth is missing' };
  }),

  'auth-form': provider(function* ({ config }) {
    const { value: auth, at } = child(config, 'auth');
    if (config.value.auth === undefined) return;
    const type = asText(auth.type).toLowerCase();
    if (!AUTH_TYPES.has(type.toLowerCase())) yield { at, message: `auth.type is ${asText(auth.type) || 'missing'}` };
    if (NEEDS_CREDENTIALS.includes(type) && !CREDENTIALS.some((key) => key in auth))
      yield { at, message: `${type} names no variable that holds the secret` };
    if (type === 'custom' && !['header', 'query'].includes(asText(auth.location)))
      yield { at, message: 'custom needs a location: header or query' };
    if (
      (type === 'api_key' || type === 'bearer') &&
      (auth.location !== undefined || (auth.name !== undefined && !/^authorization$/i.test(asText(auth.name))))
    )
      yield {
        at,
        message: `${type} sends the Authorization header, whatever name (${asText(auth.name)}) and location say`,
      };
    if (type === 'bearer' && auth.valuePrefix !== undefined)
      yield { at: step(at, 'valuePrefix'), message: 'bearer ignores valuePrefix', severity: 'warning' };
  }),

  'auth-misplaced': function* (subject) {
    const places: Located[] = subject.services.flatMap(({ config, resources }) => [
      config,
      ...resources.flatMap((resource) => [resource.config, ...resource.methods.map((method) => method.config)]),
    ]);
    if (subject.provider?.value.auth !== undefined) places.push(subject.provider);
    for (const { value, at } of places)
      if (value.auth !== undefined) yield { at: step(at, 'auth'), message: 'this auth is not read' };
  },

  'provider-config-ignored': provider(function* ({ config }) {
    for (const key of ['pagination', 'queryParamPushdown', 'retry'])
      if (config.value[key] !== undefined)
        yield { at: step(config.at, key), message: `config.${key} has no effect here` };
  }),

  'min-version-form': provider(function* ({ config }) {
    const { minStackQLVersion } = config.value;
    if (minStackQLVersion !== undefined && !/^v\d+\.\d+\.\d+/.test(asText(minStackQLVersion)))
      yield { at: step(config.at, 'minStackQLVersion'), message: `minStackQLVersion is ${asText(minStackQLVersion)}` };
  }),

  'version-form': provider(function* ({ at, version }) {
    if (!/^v\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
      yield { at, message: `the folder of this version is named ${version}` };
  }),

  'service-ref': function* (subject) {
    for (const { key, value, at, ref, file } of subject.provider?.services ?? []) {
      if (
        file ||
        value.resources !== undefined ||
        subject.documents.some((document) => ref !== undefined && isFile(document.file, ref))
      )
        continue;
      if (ref === undefined) {
        yield { at, message: `${key} names no file` };
        continue;
      }
      const sameButCase = sameButForCase(subject, ref);
      const fault = sameButCase ? `is ${sameButCase} but for upper and lower case` : 'is not there';
      yield { at: step(at, 'service', '$ref'), message: `${key} names ${ref}, which ${fault}` };
    }
  },

  'service-unlisted': function* ({ provider: file, services }) {
    const reached = new Set(file?.services.map((entry) => entry.file));
    if (file)
      for (const service of services)
        if (!reached.has(service))
          yield { at: service.at, message: `no service leads to ${path.basename(service.document.file)}` };
  },

  'service-name': provider(function* ({ services }) {
    for (const { key, value, at } of services)
      if (value.name !== undefined && value.name !== key)
        yield { at: step(at, 'name'), message: `${key} is named ${asText(value.name)}` };
  }),

  'schema-violation': function* ({ provider: file, services }) {
    if (file) yield* violations('provider', file);
    for (const service of services) {
      const resources = child(service, 'components', 'x-stackQL-resources');
      // A resource that is a view has no methods; the registry publishes such.
      const isView = (value: unknown) => isObject(value) && isObject(value.config) && 'views' in value.config;
      const checked = Object.fromEntries(Object.entries(resources.value).filter(([, value]) => !isView(value)));
      if (Object.keys(checked).length > 0) yield* violations('resources', { value: checked, at: resources.at });
    }
  },
} satisfies Partial<Record<RuleCode, Rule>>;

function provider(find: (file: ProviderFile) => Iterable<Finding>): Rule {
  return function* (subject) {
    if (subject.provider) yield* find(subject.provider);
  };
}

function sameButForCase({ documents }: Package, ref: string): string | undefined {
  const name = path.posix.basename(ref);
  return documents
    .map(({ file }) => path.basename(file))
    .find((other) => other !== name && other.toLowerCase() === name.toLowerCase());
}

export function violations(part: 'provider' | 'resources', { value, at }: Located): Finding[] {
  const validate = part === 'provider' ? validateProvider : validateResources;
  if (validate(value)) return [];
  // The format's own rules have better words for these.
  const errors = (validate.errors ?? []).filter(
    ({ instancePath, keyword }) => !(keyword === 'additionalProperties' && instancePath.endsWith('/sqlVerbs')),
  );
  return errors.map((error) => ({ at: `${at}${pointerOf(error)}`, message: messageOf(error) }));
}

function pointerOf({ instancePath, params, propertyName }: ErrorObject): string {
  const key =
    (params as { additionalProperty?: string }).additionalProperty ??
    propertyName ??
    (params as { propertyName?: string }).propertyName;
  return key === undefined ? instancePath : `${instancePath}/${escapeToken(key)}`;
}

function messageOf({ instancePath, message, params }: ErrorObject): string {
  const unknown = (params as { additionalProperty?: string }).additionalProperty;
  const allowed = (params as { allowedValues?: string[] }).allowedValues;
  const where = instancePath.split('/').slice(-2).join('/').replaceAll('~1', '/') || 'the file';
  return unknown === undefined
    ? `${where} ${message}${allowed ? `: ${listOf(allowed)}` : ''}`
    : `unknown key "${unknown}" in ${where}`;
}
