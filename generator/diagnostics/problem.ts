import type { Location } from '../model.js';
import { RULE_CATALOGUE } from './rules.js';

/**
 * Every problem the tool can report. A code without a title, cause and fix does not compile.
 * `error`: exit 1, nothing written. `usage`: exit 2. `warning`, `info`: the run goes on.
 */
export const CATALOGUE = {
  ...RULE_CATALOGUE,
  usage: entry(
    'usage',
    'The arguments do not fit together',
    'Some options need or exclude others.',
    'Run the command with --help.',
  ),
  'config-missing': entry(
    'usage',
    'The config file cannot be read',
    'No file is at that path, or it is a folder.',
    'Pass an existing file with --config, or put one at spec/<provider>.config.yaml.',
  ),
  'config-syntax': entry(
    'usage',
    'The config is not valid YAML',
    'The YAML parser stopped here.',
    'Fix the YAML at the location shown.',
  ),
  'config-invalid': entry(
    'usage',
    'The config has a value that is not allowed',
    'generator/config.schema.json describes every key.',
    'Name the schema in the first line of the config and let your editor complete it.',
  ),
  'overlay-missing': entry(
    'usage',
    'An overlay cannot be read',
    'The config names a file that is not there, or not a file.',
    'Correct the path in `overlays` of the config; it is relative to the config.',
  ),
  'overlay-invalid': entry(
    'error',
    'An overlay cannot be applied',
    'It is not what the OpenAPI Overlay specification (1.0, 1.1) describes, or its value does not fit its target.',
    'Fix the overlay at the location shown.',
  ),
  'overlay-unmatched': entry(
    'warning',
    'An action of an overlay changes nothing',
    'Its target selects no value of the spec, perhaps because the spec has changed.',
    'Correct the target, or remove the action.',
  ),
  'override-unmatched': entry(
    'error',
    'An override matches nothing',
    'No operation of the spec has that operationId or method and path, or its response has no such key.',
    'Correct the name, or remove the override.',
  ),
  'override-impossible': entry(
    'error',
    'An override cannot be had',
    'The engine could not run a statement for it.',
    'Choose another verb, or remove the override; `explain` says what is inferred.',
  ),
  'operation-excluded': entry(
    'info',
    'An operation is left out on request',
    'The config or the mapping file excludes it.',
    'Nothing to do, or remove the exclusion.',
  ),
  'mapping-broken': entry(
    'error',
    'A row of the mapping file cannot be meant',
    'A name, a verb or the table itself is not what the public tool writes.',
    'Fix the row.',
  ),
  'mapping-stale': entry(
    'warning',
    'A row of the mapping file is out of date',
    'The spec has no such operation, or its response has no such key; the row is ignored.',
    'Remove the row, or run export-mapping for a new file.',
  ),
  'mapping-repeated': entry(
    'warning',
    'The mapping file has an operation twice',
    'The provider has each HTTP method and path once; of several rows the last one counts.',
    'Remove the other rows.',
  ),
  'mapping-passing': entry(
    'info',
    'The mapping file is for this run only',
    'The config does not name it: without --mapping the next run takes other names.',
    'Add `mapping:` with its path to the config.',
  ),
  'mapping-unnamed': entry(
    'info',
    'Rows of the mapping file name no resource',
    'The name is empty: these operations are mapped by inference, like those that have no row.',
    'Nothing to do, or name the resource.',
  ),
  'lock-broken': entry(
    'usage',
    'The lock file cannot be read',
    'It is not what `generate --accept` writes.',
    'Restore it from version control; `generate --accept` writes a new one, but without it published names may change.',
  ),
  'lock-conflict': entry(
    'error',
    'A published name or verb cannot be kept',
    'The config says otherwise, or the API no longer allows it; statements that users have would fail.',
    'Take back what the config says, or run `generate --accept`: a breaking change, which `diff` describes.',
  ),
  'lock-moved': entry(
    'warning',
    'A published operation has another operationId or path',
    'It is taken for the same one and keeps its name and verb.',
    'If it is the same, run `generate --accept`; if not, remove its entry from the lock file.',
  ),
  'lock-removed': entry(
    'warning',
    'A published operation is gone from the spec',
    'Statements that call it will fail.',
    'If that is right, run `generate --accept`, which takes it out of the lock file.',
  ),
  'lock-new': entry(
    'info',
    'Operations are not in the lock file yet',
    'Their names were inferred and may still change.',
    'When the names are right, run `generate --accept`, and they stay.',
  ),
  'lock-stale': entry(
    'error',
    'The lock file is not in step with the provider',
    'Names that are about to be published have not been accepted.',
    'Run `stackql-provider-gen generate --accept`, review the lock file and commit it.',
  ),
  'spec-missing': entry(
    'error',
    'The spec cannot be read',
    'No file is at that path.',
    'Correct --spec, or the path under `specs` in the config, which is relative to the config file.',
  ),
  'spec-syntax': entry(
    'error',
    'The spec is not valid YAML or JSON',
    'The parser stopped here.',
    'Fix the document at the location shown.',
  ),
  'spec-duplicate-key': entry(
    'warning',
    'A key of the spec is written twice',
    'YAML allows a key once in a mapping; the last one is taken, and the file may hold more of them.',
    'Remove one of the two.',
  ),
  'spec-too-large': entry(
    'error',
    'The spec is too large to read',
    'A file of more than 100 MB, values nested more than 400 deep, or YAML aliases that stand for more than 5 ' +
      'million values.',
    'Split the file, or write its aliases as `$ref`s.',
  ),
  'spec-not-openapi': entry(
    'error',
    'The spec is not an OpenAPI document',
    'An OpenAPI document is a mapping with the key `openapi`, or `swagger` in version 2.0.',
    'Pass the OpenAPI document of the API; many tools export one.',
  ),
  'spec-version': entry(
    'error',
    'This OpenAPI version is not read',
    'OpenAPI 3.0, 3.1 and 3.2 and Swagger 2.0 are read.',
    'Convert the document to one of them.',
  ),
  'spec-version-newer': entry(
    'warning',
    'A newer OpenAPI is read as 3.1',
    'What 3.2 adds (`query` operations, `additionalOperations`, streamed items) is not read.',
    'Nothing to do, unless the API relies on it.',
  ),
  'spec-shape': entry(
    'warning',
    'A value of the spec has the wrong shape',
    'OpenAPI wants something else there; the value is left out.',
    'Write what OpenAPI wants there, or remove the key.',
  ),
  'spec-value': entry(
    'warning',
    'A value of the spec has the wrong type',
    'OpenAPI wants a string, a number, `true` or `false`, a list or a mapping there.',
    'Write it as OpenAPI wants it; until then it is taken as the message says.',
  ),
  'spec-empty': entry(
    'error',
    'The spec has no operation to map',
    'No path of the spec has an operation that can become a method.',
    'Check that the document has `paths`.',
  ),
  'ref-dangling': entry(
    'warning',
    'A $ref points at nothing',
    'The target does not exist.',
    'Correct the pointer, or add the component.',
  ),
  'ref-refused': entry(
    'error',
    'A $ref leaves the folder of the spec',
    'References outside the folder or to the network are followed only when that is allowed.',
    'Allow it: --ref-root DIR (or `references.root`) for a folder, --allow-remote (or `references.allowRemote`) ' +
      'for http and https. Or copy the target.',
  ),
  'ref-unreachable': entry(
    'error',
    'A document that a $ref names cannot be fetched',
    'The network, the server or the address failed; what the spec has there is unknown.',
    'Run again when the address answers, correct it, or keep a copy of the document beside the spec.',
  ),
  'ref-circular': entry(
    'warning',
    'A $ref leads back to itself',
    'Following it never reaches a value.',
    'Point it at a real definition.',
  ),
  'ref-wrong-kind': entry(
    'warning',
    'A $ref leads to another kind of object',
    'What it points at is used as something else in the document: a parameter where OpenAPI wants a schema, for example.',
    'Point it at an object of the right kind.',
  ),
  'hint-invalid': entry(
    'warning',
    'A vendor hint is not understood',
    'Names are lower snake case, verbs SQL verbs or exec, object keys begin with $.',
    'Correct the x-stackql-… key; until then it is not followed.',
  ),
  'operation-id-missing': entry(
    'warning',
    'An operation has no operationId',
    'Its method is named by the SQL verb and the resource.',
    'Add an operationId, or name the method under `overrides`.',
  ),
  'operation-id-duplicate': entry(
    'warning',
    'Two operations have one operationId',
    'It must be unique; the later one gets a number.',
    'Rename one of them.',
  ),
  'response-missing': entry(
    'warning',
    'An operation documents no success',
    'None of its responses has a 2xx status.',
    'Add the response that a successful request gets.',
  ),
  'server-relative': entry(
    'warning',
    'The spec does not say where the API is',
    'Without a host in `servers`, a server variable `host` is required in every statement.',
    'Name the server in the spec or under `servers` in the config.',
  ),
  'parameter-not-required': entry(
    'warning',
    'A path parameter is not marked as required',
    'A path cannot be built without it; it is taken as required.',
    'Add `required: true`.',
  ),
  'parameter-dropped': entry(
    'warning',
    'A parameter is left out',
    'The engine breaks on it (cookie parameters, headers that it sets itself), or no statement can give it.',
    'Nothing to do if the method works without it.',
  ),
  'parameter-type': entry(
    'warning',
    'An input has another type in another method of the resource',
    'The engine unites the inputs of all methods of a resource, and refuses every SELECT over two types of one name.',
    'Give the input one type in the spec. What is sent stays the same.',
  ),
  'column-dropped': entry(
    'warning',
    'A column is left out',
    'The engine does not tell names apart by their case, and no statement can name a quotation mark.',
    'Rename the property in the spec.',
  ),
  'auth-undefined': entry(
    'warning',
    'A required security scheme is not defined',
    'Operations require it, and components.securitySchemes does not have it.',
    'Define it in the spec, or say under `auth` in the config how requests are authenticated.',
  ),
  'auth-unsupported': entry(
    'warning',
    'The engine cannot authenticate as the API asks',
    'It sends secrets in headers and query parameters, and knows no certificates, challenges or signatures.',
    'Say under `auth` in the config what it can send, or put a proxy that authenticates before the API.',
  ),
  'body-field-shadowed': entry(
    'warning',
    'A body field has the name of a parameter',
    'They share one column in SQL: the parameter has it, and the optional field of the body cannot be given.',
    'Rename one of them in the spec, or make the field required: both can be given then.',
  ),
  'body-field-dropped': entry(
    'warning',
    'A body field cannot be given',
    'Its name holds a quotation mark, or is empty, also before, behind or between its dots: the engine splits it there.',
    'Rename the property in the spec. Nothing to do if the method works without it.',
  ),
  'parameter-undeclared': entry(
    'warning',
    'A path placeholder has no parameter',
    'The path names it, no parameter declares it; it is taken as a required string.',
    'Declare the parameter with `in: path` and `required: true`.',
  ),
  'stubs-without-schema': entry(
    'warning',
    'The stubs of a service have plain types',
    'openapi-typescript cannot print its schemas, or what it prints does not compile; objects and lists in rows ' +
      'and bodies are `unknown`.',
    'Fix the schema that the message names, or leave it: the stubs compile, and their statements are the same.',
  ),
  'operation-skipped': entry(
    'warning',
    'An operation cannot be mapped',
    'It lacks something a method needs.',
    'Fix the operation in the spec, or leave it out on purpose.',
  ),
  'operation-left-out': entry(
    'warning',
    'An operation is left out, because the engine cannot run what it would become',
    'The check of the generated provider found an error at its method; all other methods are generated.',
    'Correct the operation in the spec, or map it in another way under `overrides`.',
  ),
  'name-clash': entry(
    'error',
    'Two things would have the same name',
    'Both map to one service, or to one resource and method.',
    'Give one of them another name under `overrides`.',
  ),
  'output-foreign': entry(
    'error',
    'A file that this tool did not write is in the way',
    'It is not in the manifest of an earlier run.',
    'Move the file away, or choose another folder.',
  ),
  'output-edited': entry(
    'warning',
    'A generated file had been edited by hand',
    'Its content differs from what the earlier run wrote.',
    'Change the spec, the config or a template instead; the edit is in your version control.',
  ),
  'output-no-folder': entry(
    'usage',
    'The output folder is a file',
    'It must be a folder, existing or new.',
    'Choose another folder.',
  ),
  'output-outside': entry(
    'error',
    'An output path leads out of the output folder',
    'A name holds `..` or begins with a dot, or a symbolic link or something else that is not a folder is on the way.',
    'Remove what is in the way, or name another folder; of a link, name the folder that it leads to.',
  ),
  'output-name': entry(
    'error',
    'A generated file would have too long a name',
    'File systems allow 255 bytes for a name. Nothing was written.',
    'Give the service or resource a shorter name under `overrides` in the config.',
  ),
  'output-left': entry(
    'warning',
    'The manifest lists files that are not generated here',
    'They lie in no folder that a run writes into, so that they are neither changed nor removed.',
    'Look where the manifest comes from; delete the files by hand if they are not needed.',
  ),
  'state-broken': entry(
    'error',
    'The record of an earlier run cannot be read',
    'A file in .stackql-provider-gen is damaged.',
    'Restore it from version control, or remove the folder and the generated files and run again.',
  ),
  'state-refused': entry(
    'error',
    'An unfinished run asks for changes that no run makes',
    'The journal in .stackql-provider-gen names files outside the generated folders, or behind a symbolic link.',
    'Find out who put it there. Remove the journal and the folder `staging` beside it, and run again.',
  ),
  'io-failed': entry(
    'error',
    'The file system refused to do something',
    'The disk is full, a permission is missing, or a name is not allowed there. No file is half written.',
    'Make room or correct the permission, and run again: that finishes what was begun, or undoes it.',
  ),
  'cache-refused': entry(
    'warning',
    'The cache is not used',
    'Others can write to it, or it belongs to another user; then it could hold anything.',
    'Make it yours alone (`chmod 700`), choose another folder with --cache, or pass --no-cache.',
  ),
  internal: entry(
    'error',
    'The tool has a bug',
    'Something unforeseen happened. What was begun on disk is finished or undone by the next command.',
    'Run the command again with --debug and report its output, with the part of spec and config that shows it.',
  ),
  drift: entry(
    'error',
    'What is on disk is not what would be generated',
    'The spec, the config or the generator changed since the last run, or a file was edited.',
    'Run `stackql-provider-gen generate` and commit the result.',
  ),
  'engine-missing': entry(
    'usage',
    'There is no stackql engine to run',
    'verify runs statements on the real engine, and found none that works.',
    'Install it from https://stackql.io/install so that `stackql` is on the PATH, or name the file with --engine.',
  ),
  'engine-failed': entry(
    'error',
    'The engine does not start',
    'It ended before it responded.',
    'Run it by hand: `stackql --version`, `stackql srv`.',
  ),
  'recording-stale': entry(
    'error',
    'A recording of the engine is out of date',
    'The provider or its pages changed since the statements were recorded.',
    'Look at what `verify` says of the change, and record it again: `verify --record DIR`.',
  ),
  'provider-missing': entry(
    'usage',
    'There is no provider to verify',
    'A provider is a folder with provider.yaml and the service files it names.',
    'Name its folder, a registry root (`provider/`), or a config.',
  ),
  'provider-syntax': entry(
    'error',
    'A file of the provider cannot be read',
    'It is not YAML, or not a mapping.',
    'Generate or fetch the provider again.',
  ),
  'package-missing': entry(
    'usage',
    'There is no provider package',
    'A package is a registry root, a provider, a version with its provider.yaml, or a service file.',
    'Name the folder that holds it.',
  ),
  'baseline-broken': entry(
    'usage',
    'The baseline cannot be read',
    'It is not what --write-baseline writes.',
    'Write it again with --write-baseline.',
  ),
  'unknown-rule': entry(
    'usage',
    'No such rule',
    'No rule has that code.',
    'Use a code that `check --list-rules` prints.',
  ),
  'unknown-name': entry(
    'usage',
    'No such name',
    'Nothing in the provider has that name.',
    'Use an operationId, a method name or service.resource.method.',
  ),
  'version-wrong': entry(
    'usage',
    'This cannot be the version of an artifact',
    'An artifact has vYY.MM.NNNNN; the engine takes the highest one, and one that is not semver breaks the whole list.',
    'Pass --version vYY.MM.NNNNN; `stackql-provider-gen next-version` prints one that is free.',
  ),
  'artifact-broken': entry(
    'error',
    'An artifact is not what the engine unpacks',
    'It holds <version>/provider.yaml, <version>/services/*.yaml and their signatures, folders first, and ' +
      'nothing else.',
    'Do not use this artifact; pack the provider again.',
  ),
  'artifact-swapped': entry(
    'error',
    'A document of an artifact is not what its path says',
    'A signature covers bytes, not the path: the engine takes any signed document in the place of another.',
    'Do not use this artifact; pack the provider again.',
  ),
  'artifact-not-openapi': entry(
    'error',
    'A service document is not valid OpenAPI',
    'swagger-parser, which knows nothing of this generator, refuses it, and so may other readers.',
    'Repair the spec at that location; if it is right there, the generator is wrong: report it.',
  ),
  'artifact-changed': entry(
    'error',
    'An artifact is not the one that was packed',
    'Its bytes were changed after, or another tool or version packed it.',
    'Do not use this artifact; pack it again.',
  ),
  'signature-wrong': entry(
    'error',
    'A signature is missing or wrong',
    'The document or its signature was changed, or was signed with another key or at another time than the ' +
      'certificate allows.',
    'Do not use this artifact unless you know why; sign it again.',
  ),
  'key-refused': entry(
    'usage',
    'A key or certificate cannot be used',
    'Signing takes an Ed25519 key in PKCS#8 (mode 600, outside of what gets published) and its X.509 ' +
      'certificate, both PEM.',
    'Make a pair with `stackql-provider-gen keygen`, outside of the output folders.',
  ),
  'signing-time': entry(
    'usage',
    'The time of signing is missing or not usable',
    "It lies strictly inside the certificate's validity and never comes from the clock, so that signatures can " +
      'be made again.',
    'Pass --at, or set SOURCE_DATE_EPOCH (git log -1 --format=%ct).',
  ),
  'registry-broken': entry(
    'error',
    'A registry folder cannot be read',
    'providers.yaml or SHA256SUMS is damaged or does not match the artifacts.',
    'Restore the file, or remove the folder and pack again.',
  ),
  'version-published': entry(
    'error',
    'This version is published already',
    'A published version never changes: engines may have pulled it.',
    'Publish under the next version (`stackql-provider-gen next-version`).',
  ),
  'registry-locked': entry(
    'error',
    'Another publisher is at work',
    'Only one at a time may change a registry.',
    'Wait for it and run again; what is published already is kept.',
  ),
  'registry-not-stored': entry(
    'error',
    'The registry did not keep what it confirmed',
    'It answered PUT with success, but a GET then gives something else, or nothing.',
    'Ask whoever runs the registry. The list names only versions whose artifact was read back.',
  ),
  'registry-unreachable': entry(
    'error',
    'The registry does not answer as it should',
    'It refused, redirected, or failed several times.',
    'Check the URL and the token in STACKQL_REGISTRY_TOKEN, and run again: what is published already is kept.',
  ),
  'templates-missing': entry(
    'usage',
    'The templates folder is not there',
    '`templates` in the config names a folder, relative to the config file.',
    'Correct the path, or remove the key.',
  ),
  'template-unknown': entry(
    'usage',
    'A template replaces nothing',
    'The name of a template says which built-in one it replaces.',
    'Rename the file, or move it out of the folder.',
  ),
  'template-broken': entry(
    'error',
    'A template cannot be rendered',
    'It is not valid Handlebars, or names what its view has not.',
    'Compare it with the built-in one in generator/templates/default; generator/emit/docs/views.ts lists what ' +
      'each may name.',
  ),
  'target-unknown': entry(
    'usage',
    'No such target',
    'A target is the name of a built-in one, a path that begins with ./ or ../, or an installed package.',
    'Correct the name, or install the package where the config is.',
  ),
  'target-missing': entry(
    'usage',
    'The module of a target is not there',
    'The path is relative to the config; the module, or one that it imports, does not exist.',
    'Correct the path or the import.',
  ),
  'target-outside': entry(
    'usage',
    'The module of a target lies outside the project',
    'Its code runs, so a path may lead only into the nearest folder above the config that has a package.json or .git.',
    'Move the module into the project, or install it as a package.',
  ),
  'target-invalid': entry(
    'usage',
    'A target is not well defined',
    'The default export of its module is not what `defineTarget` takes, or targets share a name or depend on what is not there.',
    'Compare it with examples/targets/.',
  ),
  'target-failed': entry(
    'error',
    'A target threw an error',
    'Its module could not be loaded, or `emit` did not return.',
    'Fix the module at the place that the message names.',
  ),
  'target-output': entry(
    'error',
    'A target emits a file that is not its own to write',
    'The path leads out of the target’s folder, provider/targets/<name>, or the target emits it twice.',
    'Give the file another path, relative to that folder.',
  ),
  'diff-missing': entry(
    'usage',
    'There is nothing to compare there',
    'Each side is a config, a spec, a folder with a provider, REF:PATH or a git ref.',
    'Correct the path or the ref; in CI, fetch it first (`fetch-depth: 0`).',
  ),
  'diff-outside': entry(
    'usage',
    'A path leads out of the repository',
    'What a git ref holds is all that is read of an old version.',
    'Name a path inside the repository.',
  ),
  'unknown-profile': entry(
    'usage',
    'No such profile',
    'The name is not one of the documentation profiles.',
    'Use one of the profiles that --help lists.',
  ),
} as const satisfies Record<string, Entry>;

export interface Entry {
  readonly severity: 'error' | 'warning' | 'info' | 'usage';
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}

function entry<S extends Entry['severity']>(severity: S, title: string, cause: string, fix: string) {
  return { severity, title, cause, fix } as const;
}

export type Code = keyof typeof CATALOGUE;

/** A location as a position (1-based) rather than a JSON Pointer. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Problem {
  readonly code: Code;
  /** Set where this one is more or less severe than the catalogue says. */
  readonly severity?: 'error' | 'warning' | 'info';
  /** What is wrong with this one, in a sentence without its location. */
  readonly message: string;
  readonly at?: Location | Position;
  /** "Did you mean …?", or lines that show the problem. */
  readonly hint?: string;
}

/** Thrown when a run cannot go on; holds all problems found so far, not the first. */
export class ProblemsError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map((problem) => `${problem.code}: ${problem.message}`).join('\n'));
    this.name = 'ProblemsError';
  }
}

export function severityOf(problem: Problem): Entry['severity'] {
  return problem.severity ?? CATALOGUE[problem.code].severity;
}

/** 0 nothing but warnings, 1 errors, 2 usage or configuration. */
export function exitCode(problems: readonly Problem[]): 0 | 1 | 2 {
  const severities = problems.map(severityOf);
  if (severities.includes('usage')) return 2;
  return severities.includes('error') ? 1 : 0;
}
