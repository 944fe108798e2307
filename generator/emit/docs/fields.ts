import type { DataType, Field, Location, Parameter, Provider, Variants } from '../../model.js';
import { attribute, text } from '../../text/mdx.js';
import { code, count, cut, folded, whole } from './text.js';
import type { FactsView, FieldView, LinkView, NestedView, VariantView } from './views.js';

type Objects = Provider['objects'];

/** Nobody opens so many details inside one another, and a chain of thousands of schemas would overflow the stack. */
const DEEPEST = 100;

export interface FieldViewer {
  /** Views of fields; `anchor` begins their anchors: `field-get_session`. */
  views(fields: readonly (Field & { readonly required?: boolean })[], anchor: string): FieldView[];
  /** Each variant with the fields that not all of them have alike. */
  variants(variants: Variants | undefined, anchor: string): VariantView[];
}

/** What a view says of a field wherever it stands. */
type Shown = Omit<FieldView, 'anchor' | 'nested'>;

/** By the objects of a provider: pages of several resources show the same fields. */
const shownIn = new WeakMap<Objects, WeakMap<Field, Shown>>();

function shownOf(field: Field & { readonly required?: boolean }, objects: Objects): Shown {
  const fields = shownIn.get(objects) ?? new WeakMap<Field, Shown>();
  shownIn.set(objects, fields);
  const shown = fields.get(field) ?? {
    code: attribute(field.name),
    datatype: datatypeOf(field, objects),
    marks: marksOf(field),
    description: whole(field.description),
    facts: factsOf(field),
  };
  fields.set(field, shown);
  return shown;
}

/**
 * Makes the views of all fields of a page. An object's fields are shown where it first stands, and later by a link to
 * that, so that a recursive or much used schema is shown once. Rows and bodies share them: fields that only the server
 * sets, or that are only sent, are marked.
 */
export function fieldViewer(objects: Objects): FieldViewer {
  /** Where an object's fields stand, and where its own ones as a variant. */
  const places = new Map<Location, LinkView>();
  const variantPlaces = new Map<Location, LinkView>();
  let depth = 0;

  const views = (fields: readonly (Field & { readonly required?: boolean })[], parent: string): FieldView[] =>
    fields.map((field) => {
      const anchor = anchorOf(parent, field.name);
      return {
        anchor: attribute(anchor),
        ...shownOf(field, objects),
        // What is nested is folded away already.
        ...(depth === 0 && { description: folded(field.description) }),
        nested: nestedOf(field, anchor),
      };
    });

  const nestedOf = ({ object }: Field, anchor: string): NestedView => {
    const type = object === undefined ? undefined : objects[object];
    const known = object === undefined ? undefined : places.get(object);
    if (object === undefined || !type || depth >= DEEPEST) return NOTHING;
    if (known !== undefined) return { ...NOTHING, see: [known] };
    places.set(object, { href: attribute(`#${anchor}`), name: type.name === undefined ? 'above' : text(type.name) });
    depth++;
    const fields = views(type.variants ? commonFields(type.variants) : type.fields, anchor);
    const alternatives = type.variants ? variants(type.variants, anchor) : [];
    depth--;
    const parts = [
      ...(fields.length > 0 ? [count(fields.length, 'field')] : []),
      ...(alternatives.length > 0 ? [count(alternatives.length, 'variant')] : []),
    ];
    return { isShown: parts.length > 0, summary: parts.join(', '), see: [], fields, variants: alternatives };
  };

  const commonFields = ({ of }: Variants): readonly Field[] => {
    const [first, ...others] = of.map(({ object }) => objects[object]?.fields ?? []);
    return (first ?? []).filter(({ at }) => others.every((fields) => fields.some((field) => field.at === at)));
  };

  const variants = (all: Variants, anchor: string): VariantView[] => {
    const common = new Set(commonFields(all).map(({ at }) => at));
    return all.of.map(({ name, value, object }) => {
      const own = anchorOf(anchor, name);
      const known = variantPlaces.get(object);
      if (!known) variantPlaces.set(object, { href: attribute(`#${own}`), name: text(name) });
      return {
        anchor: attribute(own),
        name: text(name),
        condition:
          all.discriminator !== undefined && value !== undefined
            ? `${text(all.discriminator)} &#61; ${text(value)}`
            : '',
        see: known ? [known] : [],
        fields: known
          ? []
          : views(
              (objects[object]?.fields ?? []).filter(({ at }) => !common.has(at)),
              own,
            ),
      };
    });
  };

  return { views, variants: (all, anchor) => (all ? variants(all, anchor) : []) };
}

const NOTHING: NestedView = { isShown: false, summary: '', see: [], fields: [], variants: [] };

/** A fragment that any browser and any address takes. */
export function anchorOf(...parts: readonly string[]): string {
  return parts
    .map((part) => part.replace(/[^A-Za-z0-9_-]/g, (character) => `_${character.codePointAt(0)?.toString(16)}_`))
    .join('-');
}

/** `string (date-time)`, `array of object (User)`, `map of integer`. */
export function datatypeOf(
  { type, values, object }: Pick<Field, 'type' | 'values' | 'object'>,
  objects: Objects,
): string {
  const name = object === undefined ? undefined : objects[object]?.name;
  const plain = ({ type: word, format }: DataType) => (format ? `${word} (${format})` : word);
  const words = values ? `${type.type === 'array' ? 'array' : 'map'} of ${plain(values)}` : plain(type);
  return text(name === undefined ? words : `${words} (${name})`);
}

/** Enum values beyond these are folded away. */
const MOST_VALUES = 12;

/** The facts about a value beside its description. */
export function factsOf({
  default: fallback,
  example,
  enum: options,
  enumIsOpen,
  envVar,
  type,
}: Pick<Parameter, 'default' | 'example' | 'enum' | 'enumIsOpen' | 'envVar' | 'type'>): FactsView {
  const values = options?.map((option) => code(cut(option, 120))) ?? [];
  return {
    notes: [
      ...(envVar === undefined
        ? []
        : [`engines of August 2026 and later take it from ${code(envVar)} when it is left out`]),
      ...(fallback === undefined ? [] : [`default: ${code(cut(fallback, 120))}`]),
      ...(example === undefined ? [] : [`example: ${code(cut(example, 120))}`]),
      ...(values.length > 0 && values.length <= MOST_VALUES
        ? [
            `${type.type === 'array' ? 'each ' : ''}one of ${values.join(', ')}${enumIsOpen ? ', or another value' : ''}`,
          ]
        : []),
    ],
    values: values.length > MOST_VALUES ? values.join(', ') : '',
    count: String(values.length),
  };
}

function marksOf({
  required,
  readOnly,
  writeOnly,
  nullable,
  deprecated,
}: Partial<Field> & { readonly required?: boolean }): string[] {
  return [
    ...(required ? ['required'] : []),
    ...(readOnly ? ['read-only'] : []),
    ...(writeOnly ? ['write-only'] : []),
    ...(nullable ? ['nullable'] : []),
    ...(deprecated ? ['deprecated'] : []),
  ];
}
