import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../../generator/verify/html.js';
import { type Report, reportJson, reportText } from '../../../generator/verify/report.js';
import { type Finding, type Result, VERDICTS, verdictOf } from '../../../generator/verify/verdicts.js';

const EVIL = `<script>alert("x")</script>&'\u0000\ud800`;
const finding: Finding = {
  verdict: 'parameter-lost',
  seen: EVIL,
  wanted: 'path id: v_id',
  statement: `SELECT '${EVIL}'`,
};
const limit: Finding = { verdict: 'body-differs', seen: 'n: "5"', wanted: 'n: 5', limit: 'value-as-text' };
const result = (method: string, ...findings: Finding[]): Result => ({
  service: 's',
  resource: 'things',
  method,
  verb: 'select',
  verdict: verdictOf(findings),
  findings,
  statement: EVIL,
  page: { file: 'docs/a.md', line: 7 },
});
const report: Report = {
  provider: 'p',
  engine: `stackql ${EVIL}`,
  unchecked: ['pages.'],
  paging: { statement: 's.things.list', pages: 22, followed: 22, byDefault: 20 },
  results: [result('a'), result('b', finding), result('c', limit), result('d', limit, finding)],
};

describe('a verdict', () => {
  it.each<[Finding[], string]>([
    [[], 'ok'],
    [[limit], 'limit'],
    [[finding], 'parameter-lost'],
    [[limit, finding], 'parameter-lost'],
  ])('of findings is the first that no limit explains', (findings, want) => expect(verdictOf(findings)).toBe(want));
});

describe('the report', () => {
  it('as text: a line a service, what failed, limits, paging', () => {
    const text = reportText(report);
    expect(text).toContain('s                4         1         1         2');
    expect(text).toContain(
      `parameter-lost (2): ${VERDICTS['parameter-lost']}\n  s.things.b  docs/a.md:7\n    seen    <script>`,
    );
    expect(text).toContain(
      'limit value-as-text (2): UPDATE, REPLACE and a SELECT with a body send numbers and booleans as strings',
    );
    expect(text).toContain('followed 22 with --http.response.pageLimit 0, and 20 by default');
    expect(text).toContain('Not checked: pages.');
    expect(text).not.toMatch(/s\.things\.a\b/);
  });
  it('as JSON: counts and every result', () => {
    expect(reportJson(report)).toMatchObject({
      summary: { statements: 4, ok: 1, limit: 1, failed: 2 },
      verdicts: { 'parameter-lost': 2 },
      results: [{ verdict: 'ok' }, {}, {}, {}],
    });
  });
  it('as a page: inert, whole, without anything from elsewhere', () => {
    const html = reportHtml([report, report]);
    expect(html).not.toContain('<script');
    expect(html).not.toMatch(/[\u0000-\u0008\ud800-\udfff]/);
    expect(html).not.toMatch(/(?:src|href)=/);
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;');
    for (const part of [
      '<html lang="en">',
      '<title>',
      '<h1>',
      '<main>',
      '<caption>',
      'scope="col"',
      'scope="row"',
      "default-src 'none'",
    ])
      expect(html).toContain(part);
    const opened = [...html.matchAll(/<(section|details|table|ul|dl|main|pre|code)\b/g)].map(([, tag]) => tag).sort();
    const closed = [...html.matchAll(/<\/(section|details|table|ul|dl|main|pre|code)>/g)].map(([, tag]) => tag).sort();
    expect(closed).toEqual(opened);
  });
});
