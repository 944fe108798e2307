import { useHistory } from '@docusaurus/router';
import useBaseUrl from '@docusaurus/useBaseUrl';
import useDocusaurusContext from '@docusaurus/useDocusaurusContext';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { type Found, Search } from '../../search/rank';
import styles from './styles.module.css';

/** The pages of an older profile come without an index. */
export default function SearchBar(): ReactNode {
  return useDocusaurusContext().siteConfig.customFields?.hasSearch ? <Box /> : null;
}

/** Searches methods and resources. The index, a file of the site, is read when somebody first wants it. */
function Box(): ReactNode {
  const index = useBaseUrl('/search.json');
  const root = useBaseUrl('/');
  const history = useHistory();
  const list = useId();
  const search = useRef<Promise<Search> | undefined>(undefined);
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<readonly Found[]>([]);
  const [chosen, setChosen] = useState(-1);
  const [isOpen, setOpen] = useState(false);

  const load = () => {
    search.current ??= fetch(index)
      .then(async (response) => new Search(response.ok ? await response.json() : { resources: [] }))
      .catch(() => new Search({ resources: [] }));
    return search.current;
  };
  const look = async (words: string) => {
    setQuery(words);
    setChosen(-1);
    setOpen(words.trim() !== '');
    setFound((await load()).find(words));
  };
  const go = (href: string) => {
    setOpen(false);
    setQuery('');
    history.push(root + href);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') setOpen(false);
    if (event.key === 'Enter' && query.trim() !== '')
      go(found[chosen]?.href ?? `methods/?word=${encodeURIComponent(query)}`);
    if (step === undefined || found.length === 0) return;
    event.preventDefault();
    setOpen(true);
    setChosen((chosen + step + found.length) % found.length);
  };
  return (
    <div className={styles.search}>
      <input
        className="navbar__search-input"
        type="search"
        role="combobox"
        aria-label="Search"
        placeholder="Search"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={list}
        aria-activedescendant={isOpen && chosen >= 0 ? `${list}-${chosen}` : undefined}
        value={query}
        onFocus={load}
        onChange={(event) => look(event.target.value)}
        onKeyDown={press}
        onBlur={() => setOpen(false)}
      />
      <Results id={list} found={found} chosen={chosen} isOpen={isOpen} onChoose={go} />
    </div>
  );
}

/** The field keeps the focus, and says which result is chosen. */
function Results(props: {
  id: string;
  found: readonly Found[];
  chosen: number;
  isOpen: boolean;
  onChoose: (href: string) => void;
}): ReactNode {
  const { id, found, chosen, isOpen, onChoose } = props;
  return (
    <div id={id} role="listbox" aria-label="Results" className={styles.results} hidden={!isOpen}>
      {found.map(({ title, about, href }, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the field has focus and keys
        <div
          key={title}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          className={styles.option}
          // Before the field loses the focus, and the list with it.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(href)}
        >
          <strong>{title.replace(/([._])/g, '$1\u200b')}</strong>
          <span>{about}</span>
        </div>
      ))}
      {found.length === 0 && (
        // biome-ignore lint/a11y/useFocusableInteractive: as above
        <div role="option" aria-selected={false} aria-disabled className={styles.option}>
          Nothing found
        </div>
      )}
    </div>
  );
}
