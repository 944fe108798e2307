import type { RuleCode } from '../../diagnostics/rules.js';
import { asText, child } from '../../provider-package/positions.js';
import type { Misfit, Ref, ServiceFile } from '../../provider-package/types.js';
import { isObject } from '../../read/objects.js';
import { step } from '../../read/pointer.js';
import { eachService, type Finding, listOf, type Rule } from './rule.js';

/** What the engine's reader refuses or silently drops in a service document. */
export const documentRules = {
  'document-part-missing': eachService(function* (service) {
    const { value, at } = service;
    const missing = ['info', 'paths'].filter((key) => !isObject(value[key]));
    if (!isObject(child(service, 'components').value['x-stackQL-resources']))
      missing.push('components.x-stackQL-resources');
    for (const key of missing) yield { at, message: `the document of ${service.name} has no ${key}` };
    const stranded = service.resources
      .flatMap(({ methods }) => methods)
      .filter(({ operation }) => operation && !operation.server);
    if (stranded.length > 0) yield { at, message: `the document of ${service.name} has no servers` };
  }),

  'openapi-version': eachService(function* ({ value, at, name }) {
    if (!/^3\.0(\.\d+)?$/.test(asText(value.openapi)))
      yield {
        at: value.openapi === undefined ? at : step(at, 'openapi'),
        message: `${name} says openapi: ${asText(value.openapi) || 'nothing'}`,
      };
  }),

  'yaml-value': misfits('yaml-value', ({ value, want, fatal }) => ({
    message: `${JSON.stringify(value)} stands where a ${want} must`,
    ...(!fatal && { severity: 'info' }),
  })),

  'openapi-3-1': misfits('openapi-3-1', ({ value, at }) => ({
    message: `${at.split('/').at(-1)} is ${JSON.stringify(value)}, which only OpenAPI 3.1 knows`,
  })),

  'document-shape': function* (subject) {
    yield* misfits('document-shape', ({ value, want }) => ({
      message: `${kindOf(value)} stands where a ${want} must`,
    }))(subject);
    for (const service of subject.services)
      for (const key of Object.keys(child(service, 'paths').value))
        if (!key.startsWith('/'))
          yield { at: step(service.at, 'paths', key), message: `the path "${key}" does not start with a slash` };
  },

  'ref-unresolved': refs(function* (service, { at, ref }) {
    if (ref.startsWith('#/') && !service.target(ref))
      yield { at: step(at, '$ref'), message: `"${ref}" points at nothing` };
  }),

  'ref-external': refs(function* (_service, { at, ref }) {
    if (!ref.startsWith('#/')) yield { at: step(at, '$ref'), message: `"${ref}" is outside the document` };
  }),

  'ref-loop': refs(function* (service, { at, ref }) {
    if (leadsBack(service, ref)) yield { at: step(at, '$ref'), message: `"${ref}" leads back to itself` };
  }),

  'ref-siblings': refs(function* (_service, { at, siblings }) {
    if (siblings.length > 0 && at.split('/').at(-2) === 'properties')
      yield { at, message: `${listOf(siblings)} beside the $ref of ${at.split('/').at(-1)} is not read` };
  }),
} satisfies Partial<Record<RuleCode, Rule>>;

function refs(find: (service: ServiceFile, ref: Ref) => Iterable<Finding>): Rule {
  return eachService(function* (service) {
    for (const ref of service.refs) yield* find(service, ref);
  });
}

function leadsBack(service: ServiceFile, ref: string): boolean {
  const seen = new Set<string>();
  for (let here: unknown = ref; typeof here === 'string'; here = service.target(here)?.value.$ref) {
    if (seen.has(here)) return true;
    seen.add(here);
  }
  return false;
}

/** What a value is that the engine's reader does not take. */
function ruleOf({ at, want, value }: Misfit): RuleCode {
  const last = at.split('/').at(-1);
  if (typeof value === 'boolean' && want === 'schema') return 'openapi-3-1';
  if (Array.isArray(value) && last === 'type') return 'openapi-3-1';
  if (typeof value === 'number' && (last === 'exclusiveMinimum' || last === 'exclusiveMaximum')) return 'openapi-3-1';
  if (want === 'text' && (typeof value === 'boolean' || typeof value === 'number')) return 'yaml-value';
  return 'document-shape';
}

function misfits(code: RuleCode, say: (misfit: Misfit) => Omit<Finding, 'at'>): Rule {
  return eachService(function* (service) {
    for (const misfit of service.misfits) if (ruleOf(misfit) === code) yield { at: misfit.at, ...say(misfit) };
  });
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : JSON.stringify(value);
}
