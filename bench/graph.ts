type Json = Record<string, unknown>;

/**
 * A document in the style of Microsoft Graph: so many subtypes of one type, each of which maps the others by its
 * discriminator and holds some of them, and lists that answer with any of them. What takes a subtype for its whole
 * neighbourhood, again at each place, never ends on it.
 */
export function graphDocument(subtypes: number, lists: number): Json {
  const name = (index: number) => `entity${index % subtypes}`;
  const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` });
  const mapping = Object.fromEntries(
    Array.from({ length: subtypes }, (_, index) => [`#graph.${name(index)}`, `#/components/schemas/${name(index)}`]),
  );
  const subtype = (index: number) => ({
    allOf: [
      ref('entity'),
      {
        type: 'object',
        title: name(index),
        discriminator: { propertyName: '@odata.type', mapping },
        properties: {
          displayName: { type: 'string', description: `What people call the ${name(index)}. Supports \`$filter\`.` },
          createdDateTime: { type: 'string', format: 'date-time', description: 'When it was created. Read-only.' },
          [`of${index}`]: ref(name(index + 1)),
          members: { type: 'array', items: ref(name(index * 7 + 3)), description: 'Read-only. Nullable.' },
        },
      },
    ],
  });
  const list = (index: number) => ({
    get: {
      tags: [`group${index % 12}.${name(index)}`],
      operationId: `group${index % 12}.list${name(index)}s`,
      summary: `List ${name(index)}s`,
      responses: {
        200: {
          description: 'Retrieved collection',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  value: { type: 'array', items: ref(name(index)) },
                  '@odata.nextLink': { type: 'string' },
                },
              },
            },
          },
        },
      },
    },
  });
  const entity = {
    type: 'object',
    required: ['@odata.type'],
    properties: { id: { type: 'string' }, '@odata.type': { type: 'string' } },
    discriminator: { propertyName: '@odata.type', mapping },
  };
  return {
    openapi: '3.0.3',
    info: { title: 'Graph', version: '1' },
    servers: [{ url: 'https://graph.example.com/v1.0' }],
    paths: Object.fromEntries(
      Array.from({ length: lists }, (_, index) => [`/group${index % 12}/${name(index)}s`, list(index)]),
    ),
    components: {
      schemas: {
        entity,
        ...Object.fromEntries(Array.from({ length: subtypes }, (_, index) => [name(index), subtype(index)])),
      },
    },
  };
}
