/** `static/search.json`: what can be found. `generate` writes it. */
export interface SearchIndex {
  readonly resources: readonly {
    /** `provider.service.resource` */
    readonly id: string;
    /** The page, relative to the site. */
    readonly page: string;
    readonly about: string;
    /** The names of its columns and inputs. */
    readonly names: readonly string[];
    readonly methods: readonly {
      readonly name: string;
      readonly verb: string;
      readonly about: string;
      /** From the page to the method's tab. */
      readonly href: string;
    }[];
  }[];
}

export interface Found {
  /** `okta.users.users · deactivate_user`, or the resource alone. */
  readonly title: string;
  readonly about: string;
  /** Relative to the site. */
  readonly href: string;
}

/** Words that say nothing of what is looked for. */
const STOP_WORDS = new Set(
  (
    'a all an and any api are at be by can could do does each for from has have how i in is it its me my of on or ' +
    'our please so sql that the their them there this to was we what when where whom whose with you your'
  ).split(' '),
);

/** Words that people and APIs use for the same, each under the one that stands for them. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  list: ['which', 'who', 'show', 'find', 'see', 'view', 'get', 'read', 'retrieve', 'return', 'search', 'display'],
  create: ['add', 'new', 'make', 'register', 'insert', 'assign', 'give', 'grant', 'invite'],
  update: ['change', 'edit', 'modify', 'rename', 'replace', 'set'],
  delete: ['remove', 'drop', 'unassign', 'take', 'erase', 'destroy'],
  execute: ['run', 'test', 'start', 'try'],
  deactivate: ['disable', 'off'],
  activate: ['enable', 'on'],
  suspend: ['block', 'pause'],
  application: ['app'],
  admin: ['administrator'],
  factor: ['mfa', 'multifactor'],
};
/** How much a word says by where it stands. */
const WEIGHTS = { method: 5, resource: 3, about: 2, service: 1, names: 0.7 } as const;
/** A word of the text that only begins with the word that is looked for. */
const BEGINNING = 0.6;
const SHORTEST_BEGINNING = 3;

interface Entry extends Found {
  /** The weight of each word. */
  readonly words: ReadonlyMap<string, number>;
  /** The words of its name. */
  readonly name: ReadonlySet<string>;
}

/** Finds methods and resources by words. It goes through all of them: thousands take a few milliseconds. */
export class Search {
  private readonly entries: readonly Entry[];
  private readonly counts = new Map<string, number>();

  constructor(index: SearchIndex) {
    this.entries = index.resources.flatMap((resource) => entriesOf(resource));
    for (const { words } of this.entries)
      for (const word of words.keys()) this.counts.set(word, (this.counts.get(word) ?? 0) + 1);
  }

  /** The best results first. */
  find(query: string, most = 8): Found[] {
    const words = wordsOf(query);
    const telling = words.filter((word) => !STOP_WORDS.has(word));
    const wanted = [...stems((telling.length > 0 ? telling : words).join(' '))];
    const found = this.entries
      .map((entry) => ({ entry, score: this.score(entry, wanted) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || (a.entry.title < b.entry.title ? -1 : 1));
    return found.slice(0, most).map(({ entry: { title, about, href } }) => ({ title, about, href }));
  }

  /** Rare words count more, and names of which nothing is left over. */
  private score({ words, name }: Entry, wanted: readonly string[]): number {
    let sum = 0;
    let matched = 0;
    for (const word of wanted) {
      const weight = words.get(word) ?? beginning(words, word);
      if (weight === 0) continue;
      matched++;
      sum += weight * Math.log(2 + this.entries.length / (1 + (this.counts.get(word) ?? 0)));
    }
    const named = wanted.filter((word) => name.has(word)).length;
    return ((sum * matched) / wanted.length) * ((1 + named) / (1 + name.size));
  }
}

function beginning(words: ReadonlyMap<string, number>, wanted: string): number {
  if (wanted.length < SHORTEST_BEGINNING) return 0;
  let best = 0;
  for (const [word, weight] of words) if (weight > best && word.startsWith(wanted)) best = weight;
  return best * BEGINNING;
}

function entriesOf({ id, page, about, names, methods }: SearchIndex['resources'][number]): Entry[] {
  const [, service = '', resource = ''] = id.split('.');
  const common: Weighted[] = [
    [resource, WEIGHTS.resource],
    [service, WEIGHTS.service],
    ...names.map((name): Weighted => [name, WEIGHTS.names]),
  ];
  return [
    { title: id, about, href: page, words: weighted([...common, [about, WEIGHTS.about]]), name: stems(resource) },
    ...methods.map((method) => ({
      title: `${id} · ${method.name}`,
      about: method.about,
      href: page + method.href,
      words: weighted([...common, [method.name, WEIGHTS.method], [method.about, WEIGHTS.about]]),
      name: stems(`${method.name} ${resource}`),
    })),
  ];
}

type Weighted = readonly [text: string, weight: number];

function weighted(texts: readonly Weighted[]): Map<string, number> {
  const words = new Map<string, number>();
  for (const [text, weight] of texts)
    for (const word of stems(text)) words.set(word, Math.max(weight, words.get(word) ?? 0));
  return words;
}

function stems(text: string): Set<string> {
  return new Set(wordsOf(text).map(stem));
}

/** `lastUpdated` and `last_updated` are two words each. */
function wordsOf(text: string): string[] {
  return (
    text
      .replace(/([a-z\d])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Takes off the ends of English words: `activates`, `activated` and `activating` are the same. */
function stem(word: string): string {
  const plain = word.length < 4 ? word : withoutEnding(word);
  return STEMS.get(plain) ?? plain;
}

function withoutEnding(word: string): string {
  const singular = word.replace(/ies$/, 'y').replace(/(?<=[^s])s$/, '');
  const plain = singular.length > 5 ? singular.replace(/(?:ing|ed)$/, '') : singular;
  return plain.length > 4 ? plain.replace(/e$/, '') : plain;
}

const STEMS = new Map(
  Object.entries(SAME).flatMap(([word, others]) =>
    others.map((other) => [other.length < 4 ? other : withoutEnding(other), withoutEnding(word)]),
  ),
);
