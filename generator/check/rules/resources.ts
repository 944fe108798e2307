import type { RuleCode } from '../../diagnostics/rules.js';
import { asText, child } from '../../provider-package/positions.js';
import { type MethodEntry, ROUTED_VERBS } from '../../provider-package/types.js';
import { step } from '../../read/pointer.js';
import { chosenMethod } from '../../sql/routing.js';
import { isBareBetweenDots } from '../../sql/words.js';
import { eachResource, listOf, nameOf, type Rule } from './rule.js';

/** Names that the engine takes for a verb when no list says otherwise. */
const VERB_NAMES: Readonly<Record<string, string>> = {
  select: 'select',
  list: 'select',
  get: 'select',
  insert: 'insert',
  create: 'insert',
  delete: 'delete',
};

/** Resources, what their methods lead to, and which of them a statement runs. */
export const resourceRules = {
  'resource-name': eachResource(function* ({ name, value, at }) {
    if (value.name !== undefined && value.name !== name)
      yield { at: step(at, 'name'), message: `${name} is named ${asText(value.name)}` };
  }),

  'resource-id': eachResource(function* ({ name, value, at, service }) {
    const id = `${service.providerName}.${service.name}.${name}`;
    if (service.providerName !== undefined && value.id !== undefined && value.id !== id)
      yield { at: step(at, 'id'), message: `the id of ${id} is ${asText(value.id)}` };
  }),

  'name-form': function* (subject) {
    for (const { key, at } of subject.provider?.services ?? [])
      if (!isBareBetweenDots(key)) yield { at, message: `the service "${key}" must be quoted` };
    for (const resource of subject.services.flatMap(({ resources }) => resources)) {
      if (!isBareBetweenDots(resource.name))
        yield { at: resource.at, message: `the resource "${resource.name}" must be quoted` };
      for (const method of resource.methods)
        if (!isBareBetweenDots(method.name))
          yield {
            at: method.at,
            message: `the method "${nameOf(method)}" must be quoted`,
            severity: isExecOnly(method) ? 'warning' : 'info',
          };
    }
  },

  'operation-ref': eachResource(function* ({ methods, config }) {
    for (const method of methods) {
      // A method may stand for a view, and GraphQL or local providers have none in the document.
      if (method.operation || 'views' in method.config.value || 'views' in config.value || 'inline' in method.value)
        continue;
      const ref = child(method, 'operation').value.$ref;
      yield {
        at: ref === undefined ? method.at : step(method.at, 'operation', '$ref'),
        message: `${nameOf(method)} leads to ${asText(ref) || 'no operation'}`,
      };
    }
  }),

  'verb-ref': eachResource(function* ({ name, routes }) {
    for (const verb of ROUTED_VERBS)
      for (const { at, ref, method } of routes[verb])
        if (!method) yield { at: step(at, '$ref'), message: `${verb} of ${name} names ${ref}` };
  }),

  'verb-missing': eachResource(function* (resource) {
    if (resource.methods.length === 0) return;
    const verbs = child(resource, 'sqlVerbs');
    const absent = ROUTED_VERBS.filter((verb) => verbs.value[verb] === undefined);
    const guessed = resource.methods.filter(
      ({ name, verbs: routed }) => routed.length === 0 && absent.some((verb) => VERB_NAMES[name] === verb),
    );
    if (absent.length === 0) return;
    const consequence = guessed.length > 0 ? `, so the engine routes ${listOf(guessed.map(({ name }) => name))}` : '';
    const message = `sqlVerbs of ${resource.name} lacks ${listOf(absent)}${consequence}`;
    yield {
      at: resource.value.sqlVerbs === undefined ? resource.at : verbs.at,
      message,
      ...(guessed.length === 0 && { severity: 'info' }),
    };
  }),

  'verb-unknown': eachResource(function* (resource) {
    const verbs = child(resource, 'sqlVerbs');
    for (const verb of Object.keys(verbs.value))
      if (!(ROUTED_VERBS as readonly string[]).includes(verb))
        yield { at: step(verbs.at, verb), message: `sqlVerbs of ${resource.name} has ${verb}` };
  }),

  'method-shadowed': shadows((needs, earlierNeeds) => earlierNeeds.size < needs.size, 'which needs less'),
  'method-twin': shadows((needs, earlierNeeds) => earlierNeeds.size === needs.size, 'which needs the same'),

  'exec-name': eachResource(function* (resource) {
    const verbs = child(resource, 'sqlVerbs').value;
    for (const method of resource.methods) {
      const verb = VERB_NAMES[method.name];
      if (verb && isExecOnly(method) && verbs[verb] !== undefined)
        yield { at: method.at, message: `${nameOf(method)} is EXEC-only; SHOW METHODS says ${verb}` };
    }
  }),

  'method-servers': eachResource(function* ({ methods }) {
    for (const method of methods)
      if (method.value.servers !== undefined)
        yield { at: step(method.at, 'servers'), message: `${nameOf(method)} has servers of its own` };
  }),
} satisfies Partial<Record<RuleCode, Rule>>;

export function isExecOnly({ verbs }: MethodEntry): boolean {
  return verbs.length === 0;
}

/** Methods of a verb that an earlier one hides: all that the earlier one needs, they need too. */
function shadows(
  applies: (needs: ReadonlySet<string>, earlierNeeds: ReadonlySet<string>) => boolean,
  how: string,
): Rule {
  return eachResource(function* ({ name, routes }) {
    for (const verb of ROUTED_VERBS) {
      const seen: MethodEntry[] = [];
      for (const { at, method } of routes[verb]) {
        if (!method?.operation || seen.includes(method)) continue;
        const needs = method.operation.required;
        const first = chosenMethod(seen, ({ operation }) => operation?.required ?? [], needs);
        if (first?.operation && applies(needs, first.operation.required)) {
          const hidden = `${verb.toUpperCase()} never runs ${name}.${method.name}`;
          const inputs = listOf(first.operation.required) || 'nothing';
          yield { at, message: `${hidden}: ${first.name} comes first, ${how} (${inputs})` };
        }
        seen.push(method);
      }
    }
  });
}
