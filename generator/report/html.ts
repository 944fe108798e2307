import { SQL_VERBS, type SqlVerb } from '../model.js';
import type { OperationReport, Report } from './report.js';

/** One sign and one colour a verb (Okabe and Ito's palette): told apart without colours too. */
const MARKS: Readonly<Record<SqlVerb, readonly [sign: string, colour: string]>> = {
  select: ['S', '#0072b2'],
  insert: ['I', '#009e73'],
  update: ['U', '#e69f00'],
  replace: ['R', '#cc79a7'],
  delete: ['D', '#d55e00'],
  exec: ['X', '#666666'],
};

/** The report as one page that needs nothing else: the API as a picture, and a table that can be filtered. Without JavaScript all of it can be read. */
export function reportHtml({ provider, services, operations, notes }: Report): string {
  const picture = services.map(({ name, methods, because }) => {
    const own = operations.filter(({ service }) => service === name);
    const resources = [...new Set(own.map(({ resource }) => resource))];
    return `<section><h3 title="${escaped(because.saw)}">${escaped(name)} <small>${methods}</small></h3>
<ul>${resources.map((resource) => `<li><a href="#${anchor(name, resource)}">${escaped(resource)}</a> ${marks(own.filter((operation) => operation.resource === resource))}</li>`).join('')}</ul></section>`;
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
<p>${operations.length} operations in ${services.length} services, ${notes.length} left out or assumed. ${SQL_VERBS.map((verb) => `${mark(verb)} ${verb}`).join(' ')}</p>
<h2>Picture</h2>
<div class="picture">
${picture.join('\n')}
</div>
<h2>Operations</h2>
<form id="filters" hidden>
<label>Text <input id="text" type="search"></label>
<label>Verb <select id="verb"><option value="">all</option>${SQL_VERBS.map((verb) => `<option>${verb}</option>`).join('')}</select></label>
<label>Service <select id="service"><option value="">all</option>${services.map(({ name }) => `<option>${escaped(name)}</option>`).join('')}</select></label>
<output id="shown">${operations.length} shown</output>
</form>
<div class="wide" tabindex="0" role="region" aria-label="Operations">
<table>
<thead><tr><th scope="col">Method</th><th scope="col">Verb</th><th scope="col">Request</th><th scope="col">Rows and pages</th><th scope="col">Required</th><th scope="col">Why</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>
<h2>Left out or assumed</h2>
${left.length > 0 ? `<ul>${left.join('\n')}</ul>` : '<p>Nothing.</p>'}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function tableRow(
  { service, resource, method, verb, http, rows, pages, pageSize, required, sources, because, deprecated, stage, limit }: OperationReport,
  id: string,
): string {
  const facts = [
    rows !== undefined && (rows === '' ? 'rows: the answer' : `rows: ${rows}`),
    pages && `pages: ${pages}`,
    pageSize && `page size: ${pageSize}`,
    limit && `cannot be called: ${limit}`,
    deprecated && 'deprecated',
    stage,
  ].filter(Boolean) as string[];
  const inputs = required.map((name) => (sources[name] ? `${name} (from ${sources[name]})` : name));
  return `<tr${id} data-verb="${verb}" data-service="${escaped(service)}"><th scope="row"><code>${escaped(`${service}.${resource}.${method}`)}</code></th><td>${mark(verb)} ${verb}</td><td><code>${escaped(http)}</code></td><td>${escaped(facts.join('; '))}</td><td>${escaped(inputs.join(', '))}</td><td>${escaped(`${because.verb.saw}; ${because.resource.saw}`)}</td></tr>`;
}

function marks(operations: readonly OperationReport[]): string {
  return SQL_VERBS.map((verb) => ({ verb, count: operations.filter((operation) => operation.verb === verb).length }))
    .filter(({ count }) => count > 0)
    .map(({ verb, count }) => mark(verb, count))
    .join(' ');
}

function mark(verb: SqlVerb, count?: number): string {
  const label = count === undefined ? verb : `${count} ${verb}`;
  return `<span class="mark" style="--c:${MARKS[verb][1]}" role="img" aria-label="${label}" title="${label}">${MARKS[verb][0]}${count !== undefined && count > 1 ? count : ''}</span>`;
}

function anchor(service: string, resource: string): string {
  return escaped(`${service}.${resource}`);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#ccc, #444); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 90rem; margin: auto; padding: 1rem; }
.picture { columns: 18rem; column-gap: 2rem; }
section { break-inside: avoid; margin-bottom: 1rem; }
h3 { margin: 0; border-bottom: 1px solid var(--line); }
section ul { list-style: none; margin: 0; padding: 0; }
section li { display: flex; flex-wrap: wrap; gap: .25rem; align-items: center; min-height: 1.75rem; }
section a { overflow-wrap: anywhere; margin-right: auto; }
.mark { display: inline-block; min-width: 1.4em; padding: 0 .2em; text-align: center; border-radius: .2em; border: 2px solid var(--c); font: bold .8rem/1.4 ui-monospace, monospace; }
form { display: flex; flex-wrap: wrap; gap: 1rem; margin-bottom: 1rem; }
form[hidden] { display: none; }
input, select { font: inherit; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; min-width: 70rem; width: 100%; }
th, td { text-align: left; vertical-align: top; font-weight: normal; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { font-weight: bold; }
small { opacity: .8; }
`;

const SCRIPT = `
const field = (id) => document.getElementById(id);
const rows = [...document.querySelectorAll('tbody tr')].map((row) => [row, row.textContent.toLowerCase()]);
field('filters').hidden = false;
field('filters').addEventListener('input', () => {
  const text = field('text').value.toLowerCase(), verb = field('verb').value, service = field('service').value;
  let shown = 0;
  for (const [row, content] of rows) {
    row.hidden = !(content.includes(text) && (!verb || row.dataset.verb === verb) && (!service || row.dataset.service === service));
    if (!row.hidden) shown++;
  }
  field('shown').textContent = shown + ' shown';
});
field('filters').addEventListener('submit', (event) => event.preventDefault());
`;
