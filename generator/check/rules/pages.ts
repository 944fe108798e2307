import type { RuleCode } from '../../diagnostics/rules.js';
import type { Page, PageStatement } from '../../doc-pages/pages.js';
import { child } from '../../provider-package/positions.js';
import type { MethodEntry, ResourceEntry } from '../../provider-package/types.js';
import { lineColumns } from '../../read/yaml-nodes.js';
import { chosenMethod } from '../../sql/routing.js';
import { identifier, selectable } from '../../sql/sql.js';
import { isBareBetweenDots } from '../../sql/words.js';
import { type Finding, listOf, nameOf, type Rule, type Subject } from './rule.js';

/** Documented statements that disagree with the provider. Statements about other providers are left alone. */
export const pageRules = {
  'docs-resource': statements(function* ({ statement, resource }) {
    if (!resource) yield found(statement, `${statement.target.map(({ name }) => name).join('.')} is not there`);
  }),

  'docs-method': statements(function* ({ statement, resource, method }) {
    // A join may begin with the table of another resource than its page is about.
    if (statement.isComplex) return;
    const named = statement.verb === 'exec' ? statement.target[3]?.name : statement.tab;
    if (resource && !method && named !== undefined) yield found(statement, `${resource.name} has no method ${named}`);
  }),

  'docs-route': statements(function* ({ statement, resource, method }) {
    if (
      !resource ||
      !method ||
      statement.verb === 'exec' ||
      statement.isComplex ||
      missing(statement, method).length > 0
    )
      return;
    const given = new Set(statement.inputs.map(({ name }) => name));
    if ([...given].some((name) => otherStyle(name, inputsOf(method)))) return;
    const runs = chosenMethod(
      resource.routes[statement.verb],
      (route) => route.method?.operation?.required ?? [],
      given,
    )?.method;
    if (runs !== method)
      yield found(
        statement,
        `this ${statement.verb.toUpperCase()} runs ${runs ? runs.name : 'nothing'}, not ${method.name}`,
      );
  }),

  'docs-missing-input': statements(function* ({ statement, method }) {
    const names = method && !statement.isComplex && !hasJsonBody(statement) ? missing(statement, method) : [];
    if (method && names.length > 0) yield found(statement, `${nameOf(method)} needs ${listOf(names)}`);
  }),

  'docs-unknown-input': statements(function* ({ statement, method }) {
    if (!method?.operation || statement.isComplex) return;
    const inputs = inputsOf(method);
    // WHERE of SELECT also filters rows.
    const columns = statement.verb === 'select' ? columnNames(method) : new Set<string>();
    if (columns === undefined) return;
    for (const input of statement.inputs)
      if (!inputs.has(input.name) && !columns.has(input.name) && !otherStyle(input.name, inputs))
        yield found(input, `${nameOf(method)} takes no ${input.name}`);
  }),

  'docs-body-style': statements(function* ({ statement, method }) {
    if (!method?.operation) return;
    const inputs = inputsOf(method);
    for (const input of statement.inputs) {
      const other = inputs.has(input.name) ? undefined : otherStyle(input.name, inputs);
      if (other) yield found(input, `${input.name} is called ${other} by ${nameOf(method)}`);
    }
  }),

  'docs-unknown-column': statements(function* ({ statement, method }) {
    if (!method?.operation || statement.isComplex || statement.columns.length === 0) return;
    const columns = columnNames(method);
    if (!columns) return;
    const selectableNames = statement.verb === 'select' ? new Set([...columns, ...inputsOf(method)]) : columns;
    for (const column of statement.columns)
      if (!selectableNames.has(column.name)) yield found(column, `${nameOf(method)} has no column ${column.name}`);
  }),

  'docs-unselectable': statements(function* ({ statement }) {
    for (const column of statement.columns)
      if (!selectable(column.name)) yield found(column, `${column.name} cannot be named`);
  }),

  'docs-quoting': statements(function* ({ statement }) {
    const named = [...statement.inputs, ...statement.columns.filter(({ name }) => selectable(name))].filter(
      ({ name }) => identifier(name) !== name,
    );
    for (const name of [...statement.target.filter((one) => !isBareBetweenDots(one.name)), ...named])
      if (!name.quoted) yield found(name, `${name.name} is not quoted`);
  }),

  'docs-comment': statements(function* ({ statement }) {
    for (const { offset, what } of statement.swallowed) yield found({ offset }, `the comment swallows "${what}"`);
  }),

  'docs-page-token': statements(function* ({ statement, method }) {
    const tokens = method ? pageTokens(method) : [];
    for (const input of statement.inputs)
      if (tokens.includes(input.name)) yield found(input, `${input.name} is the engine's`);
  }),

  'docs-syntax': statements(function* ({ statement }) {
    if (statement.broken) yield found(statement.broken, statement.broken.why);
  }),
} satisfies Partial<Record<RuleCode, Rule>>;

interface Resolved {
  readonly page: Page;
  readonly statement: PageStatement;
  readonly resource?: ResourceEntry;
  /** The method that the statement is meant for: that of EXEC or of its tab. */
  readonly method?: MethodEntry;
}

/** What is wrong, at an offset of the page. */
type PageFinding = { readonly offset: number; readonly message: string };

function found({ offset }: { readonly offset: number }, message: string): PageFinding {
  return { offset, message };
}

function statements(find: (resolved: Resolved) => Iterable<PageFinding>): Rule {
  return function* (subject) {
    for (const page of subject.pages) {
      const findings: Finding[] = [];
      const toLineColumn = lineColumns(page.text);
      for (const statement of page.blocks.flatMap((block) => block.statements)) {
        const resolved = resolve(subject, page, statement);
        if (resolved)
          for (const { offset, message } of find(resolved))
            findings.push({
              at: { file: page.file, ...toLineColumn(offset) },
              message,
              ...(resolved.method && { method: resolved.method.at }),
            });
      }
      yield* findings;
    }
  };
}

/** Every rule asks for the same statements. */
const resolvedIn = new WeakMap<Subject, WeakMap<PageStatement, Resolved | undefined>>();

function resolve(subject: Subject, page: Page, statement: PageStatement): Resolved | undefined {
  const resolved = resolvedIn.get(subject) ?? new WeakMap<PageStatement, Resolved | undefined>();
  resolvedIn.set(subject, resolved);
  if (!resolved.has(statement)) resolved.set(statement, findTarget(subject, page, statement));
  return resolved.get(statement);
}

function findTarget(subject: Subject, page: Page, statement: PageStatement): Resolved | undefined {
  const [provider, service, name] = statement.target;
  if (provider?.name !== (subject.provider?.folder ?? subject.services[0]?.providerName) || name === undefined)
    return undefined;
  const resource = subject.services
    .find((one) => one.name === service?.name)
    ?.resources.find((one) => one.name === name.name);
  const methodName = statement.verb === 'exec' ? statement.target[3]?.name : statement.tab;
  const method = resource?.methods.find((one) => one.name === methodName);
  return { page, statement, ...(resource && { resource }), ...(method && { method }) };
}

/**
 * Returns the inputs that the method needs and the statement lacks. A server variable has a default, but not for
 * INSERT, UPDATE and REPLACE (tried).
 */
function missing({ verb, inputs }: PageStatement, { operation }: MethodEntry): string[] {
  if (!operation) return [];
  const needsServer = ['insert', 'update', 'replace'].includes(verb) && operation.server;
  const needed = [...operation.required, ...(needsServer ? Object.keys(child(needsServer, 'variables').value) : [])];
  return needed.filter(
    (name) => !inputs.some((input) => input.name === name || otherStyle(name, new Set([input.name]))),
  );
}

function hasJsonBody({ verb, inputs }: PageStatement): boolean {
  return verb === 'exec' && inputs.length === 0;
}

/** Once a method: several rules ask for it, at each statement. */
const inputsOf = memo(({ operation }: MethodEntry): ReadonlySet<string> => {
  if (!operation) return new Set();
  const { parameters, itemParameters, body, server } = operation;
  return new Set([
    ...[...parameters, ...itemParameters].map(({ name }) => name),
    ...(body?.fields.keys() ?? []),
    ...(server ? Object.keys(child(server, 'variables').value) : []),
  ]);
});

/** Returns the name that a body column has in the other style, if it is one of `names`. */
function otherStyle(name: string, names: ReadonlySet<string>): string | undefined {
  const other = name.startsWith('data__') ? name.slice(6) : `data__${name}`;
  return names.has(other) ? other : undefined;
}

/** Returns `undefined` where the schema does not tell the columns. */
function columnNames({ operation }: MethodEntry): ReadonlySet<string> | undefined {
  const { rows, bent } = operation?.response ?? {};
  return rows?.kind === 'columns' && !bent ? new Set(rows.columns.keys()) : undefined;
}

const pageTokens = memo(({ config, resource }: MethodEntry): string[] => {
  const pagination = [config, resource.config, resource.service.config]
    .map((level) => child(level, 'pagination'))
    .find(({ value }) => 'requestToken' in value);
  const { key, location } = pagination ? child(pagination, 'requestToken').value : {};
  if (location === 'request') return ['after', 'cursor', 'page_token', 'pageToken'];
  return typeof key === 'string' ? [key] : [];
});

function memo<Key extends object, Value>(find: (key: Key) => Value): (key: Key) => Value {
  const found = new WeakMap<Key, Value>();
  return (key) => {
    const value = found.get(key) ?? find(key);
    found.set(key, value);
    return value;
  };
}
