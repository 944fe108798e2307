import {
  type Field,
  type Location,
  type Method,
  type Provider,
  requiredInputs,
  type Service,
  whereInputs,
} from '../../model.js';
import { exampleStatements, shortStatement } from '../../sql/example.js';
import { fileStem } from '../../text/file-names.js';

/** Version of the shape of `catalog.json`. Keys may come; none goes or changes its meaning without a new number. */
const VERSION = 1;

/**
 * The provider for programs and agents: every resource, method, input, column and documented statement. `services`:
 * those that are listed, all by default.
 */
export function catalogue(provider: Provider, services: readonly Service[] = provider.services): unknown {
  const { id, title, description, version, auth, objects } = provider;
  const type = ({ type: { type: word, format }, values }: Field) => ({
    type: word,
    ...(format && { format }),
    ...(values && { of: values.type }),
  });
  const field = (each: Field & { readonly required?: boolean }) => ({
    name: each.name,
    ...type(each),
    ...(each.required && { required: true }),
    ...(each.enum && { enum: each.enum }),
    ...(each.enumIsOpen && { enumIsOpen: true }),
    ...(each.object !== undefined && { fields: namesIn(each.object) }),
  });
  const namesIn = (at: Location) => objects[at]?.fields.map(({ name }) => name) ?? [];
  const method = (resource: Provider['services'][number]['resources'][number], each: Method) => ({
    name: each.name,
    verb: each.verb,
    operationId: each.operationId,
    http: `${each.http.method} ${each.http.path}`,
    ...(each.summary && { summary: each.summary }),
    ...(each.deprecated && { deprecated: true }),
    ...(each.stage !== undefined && { stage: each.stage }),
    required: requiredInputs(each),
    inputs: whereInputs(each).map(({ name, type: { type: word } }) => ({ name, type: word })),
    ...(each.body?.sendable && { body: each.body.fields.filter(({ readOnly }) => !readOnly).map(field) }),
    ...(each.response.row && { columns: each.response.row.columns.map(field) }),
    ...(each.pagination && { pages: true }),
    ...(each.onePage && { onePage: each.onePage.parameter }),
    ...(each.limit && { limit: each.limit }),
    ...(!each.limit && { example: shortStatement(resource, each, objects) }),
    statements: exampleStatements(resource, each, objects).map(({ sql, variant }) => ({
      ...(variant && { variant: variant.name }),
      sql,
    })),
  });
  return {
    catalog: VERSION,
    provider: { id, title, version, description, auth },
    services: services.map(({ name, description: about, resources }) => ({
      name,
      description: about,
      resources: resources.map((resource) => ({
        name: resource.name,
        id: resource.id,
        page: `services/${fileStem(name)}/${fileStem(resource.name)}/`,
        methods: resource.methods.map((each) => method(resource, each)),
      })),
    })),
  };
}
