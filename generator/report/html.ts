import { SQL_VERBS, type SqlVerb } from '../model.js';
import { escaped } from '../text/html.js';
import { factsOf, inputsOf, type OperationReport, type Report, reasonsOf } from './report.js';

/** One sign and one colour a verb (Okabe and Ito's palette): told apart without colours too. */
const MARKS: Readonly<Record<SqlVerb, readonly [sign: string, colour: string]>> = {
  select: ['S', '#0072b2'],
  insert: ['I', '#009e73'],
  update: ['U', '#e69f00'],
  replace: ['R', '#cc79a7'],
  delete: ['D', '#d55e00'],
  exec: ['X', '#666666'],
};

/**
 * The report as one page that needs nothing else: the API as a picture, and a table that can be filtered. Without
 * JavaScript all of it can be read.
 */
export function reportHtml({ provider, services, operations, notes }: Report): string {
  const picture = services.map(({ name, methods, because }) => {
    const own = operations.filter(({ service }) => service === name);
    const resources = [...new Set(own.map(({ resource }) => resource))];
    return `<section><h3>${breakable(name)} <small title="${escaped(because.saw)}">${methods}</small></h3>
<ul>${resources.map((resource) => `<li><a href="#${anchor(name, resource)}">${breakable(resource)}</a>${marks(own.filter((operation) => operation.resource === resource))}</li>`).join('')}</ul></section>`;
  });
  const seen = new Set<string>();
  const rows = operations.map((operation) => {
    const id = anchor(operation.service, operation.resource);
    const first = !seen.has(id) && seen.add(id);
    return tableRow(operation, first ? ` id="${id}"` : '');
  });
  const left = notes.map(
    ({ code, message, file, line, column }) =>
      `<li><code>${escaped(code)}</code> ${escaped(message)}${file === undefined ? '' : ` <small>${escaped(`${file}:${line}:${column}`)}</small>`}</li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(provider)}: mapping report</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(provider)}</h1>
<p>${operations.length} operations in ${services.length} services, ${notes.length} left out or assumed.</p>
<nav><a href="#picture">Picture</a> <a href="#operations">Operations</a> <a href="#notes">Left out or assumed</a></nav>
<h2 id="picture">Picture</h2>
<p>A line is a resource: which verbs it has, and how many methods of each. ${SQL_VERBS.map((verb) => `<span class="key">${mark(verb)} ${verb}</span>`).join(' ')}</p>
<div class="picture">
${picture.join('\n')}
</div>
<h2 id="operations">Operations</h2>
<form id="filters" aria-label="Filter" hidden>
<label>Text <input id="text" type="search"></label>
<label>Verb <select id="verb"><option value="">all</option>${SQL_VERBS.map((verb) => `<option>${verb}</option>`).join('')}</select></label>
<label>Service <select id="service"><option value="">all</option>${services.map(({ name }) => `<option>${escaped(name)}</option>`).join('')}</select></label>
<output id="shown">${operations.length} shown</output>
</form>
<table>
<thead><tr>${HEADINGS.map((heading) => `<th scope="col">${heading}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<h2 id="notes">Left out or assumed</h2>
${left.length > 0 ? `<ul>${left.join('\n')}</ul>` : '<p>Nothing.</p>'}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

const HEADINGS = ['Method', 'Verb', 'Request', 'Rows and pages', 'Required', 'Why'];

function tableRow(operation: OperationReport, id: string): string {
  const { service, resource, method, verb, http } = operation;
  const cells = [
    `${mark(verb)} ${verb}`,
    `<code>${breakable(http)}</code>`,
    breakable(factsOf(operation).join('; ')),
    breakable(inputsOf(operation).join(', ')),
    breakable(reasonsOf(operation).join('; ')),
  ].map((cell, index) => `<td data-label="${HEADINGS[index + 1]}">${cell}</td>`);
  return `<tr${id} data-verb="${verb}" data-service="${escaped(service)}"><th scope="row"><code>${breakable(`${service}.${resource}.${method}`)}</code></th>${cells.join('')}</tr>`;
}

/** A place for each verb, so that verbs stand below each other. */
function marks(operations: readonly OperationReport[]): string {
  const counts = SQL_VERBS.map((verb) => ({
    verb,
    count: operations.filter((operation) => operation.verb === verb).length,
  }));
  return counts.map(({ verb, count }) => (count === 0 ? '<i></i>' : mark(verb, count))).join('');
}

function mark(verb: SqlVerb, count?: number): string {
  const label = count === undefined ? verb : `${count} ${verb}`;
  const share = `${Math.min(60, 12 * (count ?? 1))}%`;
  return `<span class="mark" style="--c:${MARKS[verb][1]};--n:${share}" role="img" aria-label="${label}" title="${label}">${MARKS[verb][0]}${count !== undefined && count > 1 ? count : ''}</span>`;
}

function anchor(service: string, resource: string): string {
  return escaped(`${service}.${resource}`);
}

/** Long names may break where their words end. */
function breakable(text: string): string {
  return escaped(text).replace(/[._/]+(?=.)|[a-z](?=[A-Z])/g, '$&<wbr>');
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#ccc, #444); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: Canvas; color: CanvasText; }
main { max-width: 90rem; margin: auto; padding: 1rem; }
nav { display: flex; flex-wrap: wrap; gap: 1rem; }
.key { white-space: nowrap; }
.picture { columns: 22rem; column-gap: 2.5rem; }
section { break-inside: avoid-column; margin-bottom: 1rem; }
h3 { margin: 0; border-bottom: 1px solid var(--line); }
section ul { list-style: none; margin: 0; padding: 0; }
section li { display: grid; grid-template-columns: 1fr repeat(6, 2.1em); gap: .2rem; align-items: center; min-height: 1.75rem; }
section li:hover { background: color-mix(in srgb, CanvasText 7%, transparent); }
section i { justify-self: center; width: .2em; height: .2em; border-radius: 50%; background: var(--line); }
.mark { display: inline-block; min-width: 1.4em; padding: 0 .15em; text-align: center; white-space: nowrap; border-radius: .2em; border: 2px solid var(--c); background: color-mix(in srgb, var(--c) var(--n), transparent); font: bold .75rem/1.5 ui-monospace, monospace; }
form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-bottom: 1rem; }
form[hidden] { display: none; }
input, select { font: inherit; max-width: 100%; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; font-weight: normal; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
thead th { font-weight: bold; width: 16%; }
thead th:nth-child(1) { width: 24%; }
thead th:nth-child(2) { width: 6rem; }
thead th:nth-child(6) { width: 22%; }
tr:target { background: color-mix(in srgb, CanvasText 12%, transparent); }
code { font-size: .9em; }
small { opacity: .8; }
@media (max-width: 60rem) {
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tbody tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
  tbody th, td { border: 0; padding: .1rem 0; width: auto; }
  tbody th { font-weight: bold; }
  td:empty { display: none; }
  td::before { content: attr(data-label) ": "; opacity: .8; }
}
`;

const SCRIPT = `
const field = (id) => document.getElementById(id);
const rows = [...document.querySelectorAll('tbody tr')].map((row) => [row, row.textContent.toLowerCase()]);
const filter = () => {
  const text = field('text').value.toLowerCase(), verb = field('verb').value, service = field('service').value;
  let shown = 0;
  for (const [row, content] of rows) {
    row.hidden = !(content.includes(text) && (!verb || row.dataset.verb === verb) && (!service || row.dataset.service === service));
    if (!row.hidden) shown++;
  }
  field('shown').textContent = shown + ' shown';
};
field('filters').hidden = false;
field('filters').addEventListener('input', filter);
// A link of the picture leads to a row that a filter may hide.
addEventListener('hashchange', () => {
  const row = field(decodeURIComponent(location.hash.slice(1)));
  if (!row || !row.hidden) return;
  field('filters').reset();
  filter();
  row.scrollIntoView();
});
filter();
field('filters').addEventListener('submit', (event) => event.preventDefault());
`;
