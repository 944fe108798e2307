/**
 * What the templates in `templates/default` may name. Every string is ready for the place it stands in: escaped, rendered or quoted.
 * A test walks the templates and finds each of their paths here.
 */

export interface ProviderView {
  readonly frontMatter: string;
  readonly description: string;
  readonly installSql: string;
  readonly authentication: string;
  readonly serverVariables: readonly ParameterView[];
  readonly hasServerVariables: boolean;
  readonly counts: { readonly services: string; readonly resources: string; readonly methods: string };
  readonly services: readonly LinkView[];
}

export interface ServiceView {
  readonly frontMatter: string;
  readonly description: string;
  readonly counts: { readonly resources: string; readonly methods: string };
  readonly resources: readonly LinkView[];
}

export interface LinkView {
  readonly name: string;
  readonly folder: string;
  readonly about: string;
}

export interface ResourceView {
  readonly frontMatter: string;
  readonly name: string;
  readonly id: string;
  readonly about: string;
  readonly hasRows: boolean;
  readonly fields: TabsView<FieldsTab>;
  readonly methods: readonly MethodView[];
  readonly parameters: readonly ParameterView[];
  readonly hasParameters: boolean;
  readonly examples: readonly ExampleSection[];
}

export interface TabsView<Tab> {
  readonly queryString: string;
  readonly first: string;
  /** The `values` property of Docusaurus' Tabs, as a JavaScript expression. */
  readonly values: string;
  readonly tabs: readonly Tab[];
}

export interface FieldsTab {
  readonly value: string;
  readonly columns: readonly FieldView[];
}

export interface FieldView {
  readonly code: string;
  readonly datatype: string;
  readonly description: string;
}

export interface MethodView {
  readonly href: string;
  readonly code: string;
  readonly verb: string;
  readonly required: readonly ParameterLink[];
  readonly optional: readonly ParameterLink[];
  /** `deprecated`, `early access`. */
  readonly marks: readonly string[];
  readonly description: string;
}

export interface ParameterLink {
  readonly href: string;
  readonly name: string;
}

export interface ParameterView {
  readonly anchor: string;
  readonly code: string;
  readonly datatype: string;
  readonly location: string;
  readonly description: string;
  readonly facts: readonly string[];
}

export interface ExampleSection {
  readonly heading: string;
  readonly tabs: TabsView<ExampleTab>;
}

export interface ExampleTab {
  readonly value: string;
  readonly description: string;
  /** A fenced code block. */
  readonly code: string;
}
