import { LIMITS } from '../sql/limits.js';
import { escaped } from '../text/html.js';
import { byService, type Counts, countsOf, failuresOf, limitsOf, nameOf, pagingText, type Report } from './report.js';
import { type Result, VERDICTS } from './verdicts.js';

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
  return `<section>
<h2>${escaped(provider)}</h2>
<p>Every documented statement was run on ${escaped(engine)} against a mock of the API: of ${counts.statements}, ${counts.ok} are right, ${counts.limit} are explained by limits of the engine, ${counts.failed} failed.</p>
${[...(paging ? [pagingText(paging)] : []), ...unchecked.map((sentence) => `Not checked: ${sentence}`)].map((sentence) => `<p>${escaped(sentence)}</p>`).join('\n')}
<table>
<caption>Statements by service</caption>
<thead><tr><th scope="col">Service</th><th scope="col">Statements</th><th scope="col">Right</th><th scope="col">Limit</th><th scope="col">Failed</th></tr></thead>
<tbody>
${byService(results)
  .map(([service, all]) => countsRow(service, countsOf(all)))
  .join('\n')}
</tbody>
<tfoot>${countsRow('Total', counts)}</tfoot>
</table>
<h3>Failures</h3>
${failuresOf(results)
  .map(
    ([verdict, all]) =>
      `<section>\n<h4>${escaped(verdict)} (${all.length})</h4>\n<p>${escaped(VERDICTS[verdict])}</p>\n${all.map(resultDetails).join('\n')}\n</section>`,
  )
  .join('\n')}${counts.failed === 0 ? '<p>None.</p>' : ''}
<h3>Limits of the engine</h3>
${limitsOf(results)
  .map(
    ([code, all]) =>
      `<section>\n<h4>${escaped(code)} (${all.length})</h4>\n<p>${escaped(`${LIMITS[code].title}: ${LIMITS[code].engine}`)}</p>\n<ul>${all.map((result) => `<li><code>${escaped(nameOf(result))}</code></li>`).join('')}</ul>\n</section>`,
  )
  .join('\n')}${limitsOf(results).length === 0 ? '<p>None.</p>' : ''}
</section>`;
}

function countsRow(name: string, { statements, ok, limit, failed }: Counts): string {
  return `<tr><th scope="row">${escaped(name)}</th>${[statements, ok, limit, failed].map((count) => `<td class="number">${count}</td>`).join('')}</tr>`;
}

function resultDetails(result: Result): string {
  const { findings, statement, page } = result;
  return `<details>
<summary><code>${escaped(nameOf(result))}</code></summary>
${page ? `<p>${escaped(`${page.file}:${page.line}`)}</p>` : ''}
${statement === undefined ? '' : `<pre>${escaped(statement)}</pre>`}
<dl>
${findings
  .map(
    (finding) => `<dt>${escaped(finding.verdict)}${finding.limit ? ` (${escaped(finding.limit)})` : ''}</dt>
<dd>Seen: <code>${escaped(finding.seen)}</code></dd>
<dd>Wanted: <code>${escaped(finding.wanted)}</code></dd>${finding.statement === undefined ? '' : `\n<dd>With:<pre>${escaped(finding.statement)}</pre></dd>`}`,
  )
  .join('\n')}
</dl>
</details>`;
}
