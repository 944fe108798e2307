/**
 * What the templates in `templates/default`, and those of a config's `templates` folder, may name. Every string is
 * ready for the place it stands in: escaped, rendered or quoted. A list is empty and a text is '' where there is
 * nothing to say. A test walks the templates and finds each of their paths here.
 */

/** `provider.hbs`: the first page. */
export interface ProviderView {
  readonly frontMatter: string;
  readonly description: string;
  /** Statements over the largest resources; empty where no statement works without a key. */
  readonly asks: readonly AskView[];
  /** How to get the provider into the engine: a sentence and a fenced command. */
  readonly install: { readonly sentence: string; readonly code: string };
  readonly authentication: string;
  /** A fenced shell command that sets the secret's environment variables, or ''. */
  readonly authenticationShell: string;
  readonly serverVariables: readonly ParameterView[];
  readonly counts: { readonly services: string; readonly resources: string; readonly methods: string };
  readonly services: readonly ServiceRow[];
  readonly resultNotes: readonly string[];
}

/** A statement of the first page, and the page of its resource. */
export interface AskView {
  /** The method, for `data-method`. */
  readonly method: string;
  readonly about: string;
  readonly resource: string;
  readonly file: string;
  readonly code: string;
}

export interface ServiceRow {
  readonly name: string;
  /** The page's file, relative to this page's. */
  readonly file: string;
  readonly about: string;
  readonly resources: string;
  readonly methods: string;
}

/** `all-methods.hbs`: every method of the provider. */
export interface MethodsView {
  readonly frontMatter: string;
  readonly count: string;
  readonly methods: readonly MethodRow[];
}

export interface MethodRow {
  /** The address of the method's tab, relative to the page. */
  readonly href: string;
  /** `service.resource.method` */
  readonly name: string;
  readonly verb: string;
  readonly marks: readonly string[];
  readonly about: string;
}

/** `service.hbs`. */
export interface ServiceView {
  readonly frontMatter: string;
  readonly description: string;
  readonly counts: { readonly resources: string; readonly methods: string };
  /** An SVG: the resources as a tree of their paths, with their verbs. */
  readonly picture: string;
  readonly resources: readonly ResourceRow[];
}

export interface ResourceRow {
  readonly name: string;
  readonly file: string;
  readonly about: string;
  readonly verbs: string;
}

/** `resource.hbs`, and its partials `overview`, `fields`, `methods`, `parameters`, `examples`. */
export interface ResourceView {
  readonly frontMatter: string;
  readonly name: string;
  readonly id: string;
  /** One sentence. */
  readonly about: string;
  /** The statement that most readers want: a short one of the first method that has one. */
  readonly first: FirstStatement;
  readonly fields: TabsView<FieldsTab>;
  readonly methods: readonly MethodView[];
  readonly parameters: readonly ParameterView[];
  /** Further parameters, which the reader opens, and what opens them: `5 more parameters`. */
  readonly otherParameters: readonly ParameterView[];
  readonly otherParametersSummary: string;
  readonly examples: readonly ExampleSection[];
}

export interface FirstStatement {
  /** The method, for `data-method`; or ''. */
  readonly method: string;
  /** A fenced code block; or ''. */
  readonly code: string;
  readonly notes: readonly string[];
  /** Where all columns and inputs are. */
  readonly href: string;
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
  /** The tab that shows the same fields; one at most, and then there are no columns here. */
  readonly same: readonly LinkView[];
  readonly columns: readonly FieldView[];
  /** Further columns, which the reader opens, and what opens them: `5 more fields`. */
  readonly others: readonly FieldView[];
  readonly othersSummary: string;
  readonly variants: readonly VariantView[];
}

/** `field.hbs`: a property inside a column or a body; `column.hbs`: a column, which is a row of a table. */
export interface FieldView {
  readonly anchor: string;
  readonly code: string;
  readonly datatype: string;
  /** `required`, `read-only`, `deprecated`. */
  readonly marks: readonly string[];
  readonly description: string;
  readonly facts: FactsView;
  readonly nested: NestedView;
}

/** `marks.hbs`: `deprecated`, `read-only`, `early access`. */
export interface MarkedView {
  readonly marks: readonly string[];
}

/** `facts.hbs` */
export interface FactsView {
  readonly notes: readonly string[];
  /** The values of a long enum, or '', and how many. */
  readonly values: string;
  readonly count: string;
}

/** `nested.hbs`: what an object holds, or where that is shown already. */
export interface NestedView {
  readonly isShown: boolean;
  /** `3 fields`, `2 variants`. */
  readonly summary: string;
  /** One at most. */
  readonly see: readonly LinkView[];
  readonly fields: readonly FieldView[];
  readonly variants: readonly VariantView[];
}

/** `variant.hbs`: one of several that an object may be, with the fields that are its own. */
export interface VariantView {
  readonly anchor: string;
  readonly name: string;
  /** `kind = cat`, or ''. */
  readonly condition: string;
  /** Where its fields are shown already; one at most. */
  readonly see: readonly LinkView[];
  readonly fields: readonly FieldView[];
}

export interface MethodView {
  readonly href: string;
  readonly name: string;
  readonly verb: string;
  readonly required: readonly LinkView[];
  readonly optional: readonly LinkView[];
  /** `deprecated`, `early access`. */
  readonly marks: readonly string[];
  /** The first sentence. */
  readonly description: string;
}

export interface LinkView {
  readonly href: string;
  readonly name: string;
}

/** `parameter.hbs` */
export interface ParameterView {
  readonly anchor: string;
  readonly code: string;
  readonly datatype: string;
  readonly location: string;
  readonly marks: readonly string[];
  readonly description: string;
  readonly facts: FactsView;
  /** The list that its values come from, as a link to that page; or ''. */
  readonly source: string;
}

export interface ExampleSection {
  readonly heading: string;
  readonly tabs: TabsView<ExampleTab>;
}

export interface ExampleTab {
  readonly value: string;
  readonly marks: readonly string[];
  /** The first sentence. */
  readonly description: string;
  /** The rest of the description; or ''. */
  readonly more: string;
  /** A fenced code block: what is required, and the columns that say most. */
  readonly short: string;
  /** The anchor of the long statements. */
  readonly anchor: string;
  /** What they have beside it: `All columns and inputs`. */
  readonly summary: string;
  /**
   * Fenced code blocks of all inputs and columns, each under the name of its variant, if it has one. Empty for what
   * cannot be called, and where the short statement has all.
   */
  readonly statements: readonly { readonly title: string; readonly code: string }[];
  /** Why there is no statement; or ''. */
  readonly limit: string;
  readonly notes: readonly string[];
  /** What the body takes. */
  readonly body: readonly FieldView[];
  readonly bodyVariants: readonly VariantView[];
  /** The same for each row of a list: a sentence and a code block; or ''. */
  readonly join: { readonly sentence: string; readonly code: string };
}
