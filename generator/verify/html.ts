import { LIMITS } from '../sql/limits.js';
import { escaped } from '../text/html.js';
import { byService, type Counts, countsOf, failuresOf, limitsOf, nameOf, pagingText, type Report } from './report.js';
import { type Finding, type Result, VERDICTS } from './verdicts.js';

/** Reports as one page that needs nothing else: no script, no font, no picture. Everything from outside is escaped. */
export function reportHtml(reports: readonly Report[]): string {
  const title = reports
    .map(({ provider, results }) => `${provider}: ${countsOf(results).ok} of ${results.length} statements right`)
    .join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { border: 1px solid GrayText; padding: .25rem .75rem; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
pre, code { font-family: ui-monospace, monospace; font-size: .875rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border-left: .25rem solid GrayText; padding-left: 1rem; }
dd { overflow-wrap: anywhere; }
details { margin: .5rem 0; }
</style>
</head>
<body>
<main>
<h1>Do the documented statements run?</h1>
${reports.map(reportSection).join('\n')}
</main>
</body>
</html>
`;
}

function reportSection(report: Report): string {
  const { provider, engine, results, unchecked, paging } = report;
  const counts = countsOf(results);
  const remarks = [
    `Every documented statement was run on ${engine} against a mock of the API: of ${counts.statements}, ` +
      `${counts.ok} are right, ${counts.limit} are explained by limits of the engine, ${counts.failed} failed.`,
    ...(paging ? [pagingText(paging)] : []),
    ...unchecked.map((sentence) => `Not checked: ${sentence}`),
  ];
  return `<section>
<h2>${escaped(provider)}</h2>
${remarks.map((sentence) => `<p>${escaped(sentence)}</p>`).join('\n')}
<table>
<caption>Statements by service</caption>
<thead><tr>${COLUMNS.map((title) => `<th scope="col">${title}</th>`).join('')}</tr></thead>
<tbody>
${byService(results)
  .map(([service, all]) => countsRow(service, countsOf(all)))
  .join('\n')}
</tbody>
<tfoot>${countsRow('Total', counts)}</tfoot>
</table>
<h3>Failures</h3>
${failuresOf(results)
  .map(([verdict, all]) => group(verdict, all.length, VERDICTS[verdict], all.map(resultDetails).join('\n')))
  .join('\n')}${counts.failed === 0 ? '<p>None.</p>' : ''}
<h3>Limits of the engine</h3>
${limitsOf(results)
  .map(([code, all]) => {
    const names = all.map((result) => `<li><code>${escaped(nameOf(result))}</code></li>`);
    return group(code, all.length, `${LIMITS[code].title}: ${LIMITS[code].engine}`, `<ul>${names.join('')}</ul>`);
  })
  .join('\n')}${limitsOf(results).length === 0 ? '<p>None.</p>' : ''}
</section>`;
}

const COLUMNS = ['Service', 'Statements', 'Right', 'Limit', 'Failed'];

function countsRow(name: string, { statements, ok, limit, failed }: Counts): string {
  const cells = [statements, ok, limit, failed].map((count) => `<td class="number">${count}</td>`);
  return `<tr><th scope="row">${escaped(name)}</th>${cells.join('')}</tr>`;
}

/** A section of results of one kind; `items` is HTML already. */
function group(title: string, count: number, meaning: string, items: string): string {
  return `<section>\n<h4>${escaped(title)} (${count})</h4>\n<p>${escaped(meaning)}</p>\n${items}\n</section>`;
}

function resultDetails(result: Result): string {
  const { findings, statement, page } = result;
  return `<details>
<summary><code>${escaped(nameOf(result))}</code></summary>
${page ? `<p>${escaped(`${page.file}:${page.line}`)}</p>` : ''}
${statement === undefined ? '' : `<pre>${escaped(statement)}</pre>`}
<dl>
${findings.map(findingItems).join('\n')}
</dl>
</details>`;
}

function findingItems({ verdict, limit, seen, wanted, statement }: Finding): string {
  return [
    `<dt>${escaped(verdict)}${limit ? ` (${escaped(limit)})` : ''}</dt>`,
    `<dd>Seen: <code>${escaped(seen)}</code></dd>`,
    `<dd>Wanted: <code>${escaped(wanted)}</code></dd>`,
    ...(statement === undefined ? [] : [`<dd>With:<pre>${escaped(statement)}</pre></dd>`]),
  ].join('\n');
}
