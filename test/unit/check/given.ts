import type { Problem } from '../../../generator/diagnostics/problem.js';

/** A small provider without a finding, for rules to be planted in. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach anywhere into it
export type Any = any;

export interface Given {
  provider: Any;
  service: Any;
  /** Shortcuts into `service`. */
  thing: Any;
  methods: Any;
  verbs: Any;
  paths: Any;
  schemas: Any;
}

export const SERVICE = 'provider/src/p/v00.00.00000/services/s.yaml';
export const PROVIDER = 'provider/src/p/v00.00.00000/provider.yaml';
const text = { type: 'string' };
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const ok = (schema: object) => ({ 200: { description: 'OK', ...json(schema) } });
const id = { name: 'id', in: 'path', required: true, schema: text };
const thing = { $ref: '#/components/schemas/Thing' };

const method = (path: string, status = '200', more: object = {}) => ({
  operation: { $ref: `#/paths/${path}` },
  response: { mediaType: 'application/json', openAPIDocKey: status },
  ...more,
});
const sends = { request: { mediaType: 'application/json' }, config: { requestBodyTranslate: { algorithm: 'naive' } } };
export const ref = (name: string) => ({ $ref: `#/components/x-stackQL-resources/things/methods/${name}` });

export function given(): Given {
  const service: Any = separate({
    openapi: '3.0.3',
    info: { title: 'Things', version: '1' },
    servers: [{ url: 'https://{region}.example.com/', variables: { region: { default: 'eu' } } }],
    paths: {
      '/things': {
        get: {
          operationId: 'list',
          parameters: [{ name: 'q', in: 'query', schema: text }],
          responses: ok({ type: 'array', items: thing }),
        },
        post: {
          operationId: 'make',
          requestBody: json({
            type: 'object',
            properties: { name: text, size: { type: 'integer' } },
            required: ['name'],
          }),
          responses: ok(thing),
        },
      },
      '/things/{id}': {
        get: { operationId: 'one', parameters: [id], responses: ok(thing) },
        patch: {
          operationId: 'change',
          parameters: [id],
          requestBody: json({ type: 'object', properties: { name: text } }),
          responses: ok(thing),
        },
        delete: { operationId: 'drop', parameters: [id], responses: { 204: { description: 'gone' } } },
      },
      '/things/{id}/start': {
        post: { operationId: 'start', parameters: [id], responses: { 204: { description: 'started' } } },
      },
    },
    components: {
      schemas: { Thing: { type: 'object', properties: { id: text, name: text } } },
      'x-stackQL-resources': {
        things: {
          id: 'p.s.things',
          name: 'things',
          title: 'things',
          methods: {
            get_thing: method('~1things~1{id}/get'),
            list_things: method('~1things/get'),
            create_thing: method('~1things/post', '200', sends),
            change_thing: method('~1things~1{id}/patch', '200', sends),
            drop_thing: method('~1things~1{id}/delete', '204'),
            start_thing: method('~1things~1{id}~1start/post', '204'),
          },
          sqlVerbs: {
            select: [ref('get_thing'), ref('list_things')],
            insert: [ref('create_thing')],
            update: [ref('change_thing')],
            delete: [ref('drop_thing')],
            replace: [],
          },
        },
      },
    },
  });
  const things = service.components['x-stackQL-resources'].things;
  return {
    service,
    thing: things,
    methods: things.methods,
    verbs: things.sqlVerbs,
    paths: service.paths,
    schemas: service.components.schemas,
    provider: {
      id: 'p',
      name: 'p',
      version: 'v00.00.00000',
      providerServices: {
        s: {
          id: 's:v00.00.00000',
          name: 's',
          preferred: true,
          service: { $ref: 'p/v00.00.00000/services/s.yaml' },
          title: 's',
          version: 'v00.00.00000',
          description: 's',
        },
      },
      config: { auth: { type: 'null_auth' } },
    },
  };
}

/** Without shared parts: a change in one place stays there. */
function separate(value: object): Any {
  return JSON.parse(JSON.stringify(value));
}

/** `code severity? place`: what a test compares. */
export function said({ code, at, severity }: Problem): string {
  const position = typeof at === 'object' ? `${at.line}:${at.column}` : '';
  const place = typeof at === 'string' ? at.replace(/^.*?#/, '') : position;
  return [code, ...(severity ? [severity] : []), place].join(' ');
}
