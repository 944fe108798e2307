import { describe, expect, it } from 'vitest';
import { withEntry } from '../../../generator/diff/changelog.js';
import { type DiffReport, diffReport } from '../../../generator/diff/report.js';

describe('the changelog', () => {
  const report = (version?: string): DiffReport => ({
    ...diffReport({ label: 'a', provider: EMPTY }, { label: 'b', provider: EMPTY }),
    ...(version && { version }),
  });
  const EMPTY = {
    id: 'p',
    title: 'p',
    description: '',
    version: '',
    auth: { type: 'null_auth' },
    docs: { image: '' },
    objects: {},
    services: [],
  } as const;
  it.each<[what: string, before: string | undefined, version: string | undefined, want: string]>([
    ['is made', undefined, 'v26.11.00001', '# Changelog\n\n## v26.11.00001\n\nNothing changed.\n'],
    [
      'has the newest first',
      '# Changes\n\nOf ours.\n\n## v26.10.00001\n\n- x\n',
      'v26.11.00001',
      '# Changes\n\nOf ours.\n\n## v26.11.00001\n\nNothing changed.\n\n## v26.10.00001\n\n- x\n',
    ],
    [
      'has each version once',
      '# Changes\n\n## v2\n\n- old\n\n### Breaking\n\n## v1\n',
      'v2',
      '# Changes\n\n## v2\n\nNothing changed.\n\n## v1\n',
    ],
    ['without a version', '', undefined, '## Unreleased\n\nNothing changed.\n'],
  ])('%s', (_, before, version, want) => {
    expect(withEntry(before, report(version))).toBe(want);
    expect(withEntry(want, report(version))).toBe(want);
  });
});
