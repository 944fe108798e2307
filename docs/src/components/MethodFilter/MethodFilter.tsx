import useIsBrowser from '@docusaurus/useIsBrowser';
import { type ReactNode, useEffect, useState } from 'react';
import styles from './MethodFilter.module.css';

/** A row of the table below, as the page has it. */
interface Row {
  readonly element: HTMLTableRowElement;
  readonly service: string;
  readonly verb: string;
  readonly words: string;
}

/** Filters the rows of `table.all-methods`. They are in the page, so that without JavaScript all of them are shown. */
export default function MethodFilter(): ReactNode {
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [verb, setVerb] = useState('');
  const [service, setService] = useState('');
  const [words, setWords] = useState('');
  useEffect(() => {
    setRows(readRows());
    setWords(new URLSearchParams(location.search).get('word') ?? '');
  }, []);
  const wanted = words.toLowerCase().split(/\s+/);
  const shown = rows.filter(
    (row) =>
      (verb === '' || row.verb === verb) &&
      (service === '' || row.service === service) &&
      wanted.every((word) => row.words.includes(word)),
  );
  useEffect(() => {
    const visible = new Set(shown);
    for (const row of rows) row.element.hidden = !visible.has(row);
  });
  // A control that does nothing yet is not shown.
  if (!useIsBrowser()) return <div className={styles.filter} />;
  return (
    <div className={styles.filter}>
      <label>
        Word
        <input type="search" value={words} onChange={(event) => setWords(event.target.value)} />
      </label>
      <Choice label="Verb" values={rows.map((row) => row.verb)} value={verb} onChange={setVerb} />
      <Choice label="Service" values={rows.map((row) => row.service)} value={service} onChange={setService} />
      <span role="status">
        {shown.length} of {rows.length}
      </span>
    </div>
  );
}

function Choice(props: {
  label: string;
  values: readonly string[];
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  return (
    <label>
      {props.label}
      <select value={props.value} onChange={(event) => props.onChange(event.target.value)}>
        <option value="">all</option>
        {[...new Set(props.values)].map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </label>
  );
}

function readRows(): Row[] {
  return [...document.querySelectorAll<HTMLTableRowElement>('table.all-methods tbody tr')].map((element) => {
    const name = element.cells[0]?.textContent ?? '';
    return {
      element,
      service: name.split('.')[0] ?? '',
      verb: element.cells[1]?.textContent ?? '',
      words: `${name} ${name.replace(/[._]/g, ' ')} ${element.cells[2]?.textContent ?? ''}`.toLowerCase(),
    };
  });
}
