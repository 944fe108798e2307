import type { At } from './model.js';

/**
 * Every problem the tool can report. A code without a title, cause and fix does not compile.
 * `error`: exit 1, nothing written. `usage`: exit 2. `warning`: the run goes on.
 */
export const CATALOGUE = {
  usage: entry('usage', 'The arguments do not fit together', 'Some options need or exclude others.', 'Run the command with --help.'),
  'config-missing': entry(
    'usage',
    'The config file cannot be read',
    'No file is at that path, or it is a folder.',
    'Pass an existing file with --config, or put one at spec/<provider>.config.yaml.',
  ),
  'config-syntax': entry('usage', 'The config is not valid YAML', 'The YAML parser stopped here.', 'Mend the YAML at the place shown.'),
  'config-invalid': entry(
    'usage',
    'The config has a value that is not allowed',
    'generator/config.schema.json describes every key.',
    'Name the schema in the first line of the config and let your editor complete it.',
  ),
  'override-unmatched': entry(
    'error',
    'An override matches nothing',
    'No operation of the spec has that operationId or method and path, or its answer has no such key.',
    'Correct the name, or remove the override.',
  ),
  'spec-missing': entry(
    'error',
    'The spec cannot be read',
    'No file is at that path.',
    'Correct the path under `specs` in the config; it is relative to the config file.',
  ),
  'spec-syntax': entry('error', 'The spec is not valid YAML or JSON', 'The parser stopped here.', 'Mend the document at the place shown.'),
  'spec-version': entry('error', 'This OpenAPI version is not read yet', 'Only OpenAPI 3.0 is read.', 'Convert the document to OpenAPI 3.0.'),
  'spec-shape': entry(
    'error',
    'A value of the spec has the wrong shape',
    'Path items, operations, parameters, responses and schemas are objects.',
    'Write an object there, or remove the key.',
  ),
  'spec-empty': entry(
    'error',
    'The spec has no operation to map',
    'No path of the spec has an operation that can become a method.',
    'Check that the document has `paths`.',
  ),
  'ref-dangling': entry('error', 'A $ref points at nothing', 'The target does not exist in that document.', 'Correct the pointer, or add the component.'),
  'ref-refused': entry(
    'error',
    'A $ref leaves the folder of the spec',
    'References to the network or outside the folder are not followed.',
    'Copy the target next to the spec and point at the copy.',
  ),
  'ref-circular': entry('error', 'A $ref leads back to itself', 'Following it never reaches a value.', 'Point it at a real definition.'),
  'parameter-dropped': entry(
    'warning',
    'A parameter is left out',
    'The engine breaks on it (cookie parameters, and the headers it sets itself).',
    'Nothing to do: the method works without it.',
  ),
  'body-field-shadowed': entry(
    'warning',
    'A body field has the name of a parameter',
    'They share one name in SQL, and the engine cannot be given both.',
    'Rename one of them in the spec; until then the statement sets the parameter.',
  ),
  'parameter-undeclared': entry(
    'warning',
    'A path placeholder has no parameter',
    'The path names it, no parameter declares it; it is taken as a required string.',
    'Declare the parameter with `in: path` and `required: true`.',
  ),
  'operation-skipped': entry(
    'warning',
    'An operation cannot be mapped',
    'It lacks something a method needs.',
    'Mend the operation in the spec, or leave it out on purpose.',
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
    'Move the file away, or choose another --out.',
  ),
  'output-edited': entry(
    'warning',
    'A generated file had been edited by hand',
    'Its content differs from what the earlier run wrote.',
    'Change the spec, the config or a template instead; the edit is in your version control.',
  ),
  'output-no-folder': entry('usage', 'The output folder is a file', '--out must name a folder, existing or new.', 'Choose another --out.'),
  'output-outside': entry(
    'error',
    'An output path leads out of the output folder',
    'A name holds `..`, or a link on the way points elsewhere.',
    'Remove the link, or choose another --out.',
  ),
  'books-broken': entry(
    'error',
    'The record of an earlier run cannot be read',
    'A file in .stackql-provider-gen is damaged.',
    'Restore it from version control, or remove the folder and the generated files and run again.',
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
  'engine-failed': entry('error', 'The engine does not start', 'It ended before it answered.', 'Run it by hand: `stackql --version`, `stackql srv`.'),
  'recording-stale': entry(
    'error',
    'A recording of the engine is out of date',
    'The provider or its pages changed since the statements were recorded.',
    'Look at what `verify` says of the change, and record anew: `verify --record DIR`.',
  ),
  'provider-missing': entry(
    'usage',
    'There is no provider to verify',
    'A provider is a folder with provider.yaml and the service files it names.',
    'Name its folder, a registry root (`provider/`), or a config.',
  ),
  'provider-syntax': entry('error', 'A file of the provider cannot be read', 'It is not YAML, or not a mapping.', 'Generate or fetch the provider again.'),
  'unknown-name': entry('usage', 'No such name', 'Nothing in the provider has that name.', 'Use an operationId, a method name or service.resource.method.'),
  'unknown-profile': entry('usage', 'No such profile', 'The name is not one of the documentation profiles.', 'Use one of the profiles that --help lists.'),
} as const satisfies Record<string, Entry>;

interface Entry {
  readonly severity: 'error' | 'warning' | 'usage';
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}

function entry<S extends Entry['severity']>(severity: S, title: string, cause: string, fix: string) {
  return { severity, title, cause, fix } as const;
}

export type Code = keyof typeof CATALOGUE;

/** A place known by its position (1-based) rather than by a pointer. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Problem {
  readonly code: Code;
  /** Set where a run is stricter than the catalogue. */
  readonly severity?: 'error';
  /** What is wrong with this one, in a sentence without its place. */
  readonly message: string;
  readonly at?: At | Position;
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
  return severities.includes('usage') ? 2 : severities.includes('error') ? 1 : 0;
}
