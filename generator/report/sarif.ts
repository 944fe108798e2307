import path from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { CATALOGUE, type Problem } from '../diagnostics/problem.js';
import { positionOf } from '../read/place.js';
import { severityName } from './problems.js';

const LEVEL = { error: 'error', warning: 'warning', info: 'note' } as const;

/** Problems as a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), each with its fingerprint. */
export function sarif(problems: readonly { readonly problem: Problem; readonly fingerprint: string }[]) {
  const codes = [...new Set(problems.map(({ problem }) => problem.code))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: manifest.name,
            version: manifest.version,
            rules: codes.map((code) => {
              const { title, cause, fix, severity } = CATALOGUE[code];
              return {
                id: code,
                shortDescription: { text: `${title}.` },
                fullDescription: { text: cause },
                help: { text: fix },
                defaultConfiguration: { level: severity === 'usage' ? 'error' : LEVEL[severity] },
              };
            }),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: problems.map(({ problem, fingerprint }) => ({
          ruleId: problem.code,
          ruleIndex: codes.indexOf(problem.code),
          level: LEVEL[severityName(problem)],
          message: { text: problem.message },
          ...(problem.at !== undefined && { locations: [location(problem.at)] }),
          partialFingerprints: { 'finding/v1': fingerprint },
        })),
      },
    ],
  };
}

function location(at: NonNullable<Problem['at']>) {
  const { file, line, column } = positionOf(at);
  return {
    physicalLocation: { artifactLocation: { uri: uri(file) }, region: { startLine: line, startColumn: column } },
  };
}

/** A path as a relative reference (RFC 3986). */
function uri(file: string): string {
  return path.relative(process.cwd(), file).split(path.sep).map(encodeURIComponent).join('/');
}
