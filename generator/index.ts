export {
  type CheckOptions,
  check,
  type DiffOptions,
  diff,
  type Files,
  generate,
  type PackOptions,
  pack,
  report,
  verify,
} from './api.js';
export {
  CATALOGUE,
  type Code,
  type Entry as CatalogueEntry,
  type Position,
  type Problem,
  ProblemsError,
  severityOf,
} from './diagnostics/problem.js';
export type { Change, Class, Kind as ChangeKind } from './diff/changes.js';
export type { DiffReport } from './diff/report.js';
export type { LeftOut } from './map/provider.js';
export type * from './model.js';
export { defineTarget, type Target, type TargetContext } from './pipeline/define-target.js';
export type { TargetOutput } from './pipeline/emission.js';
export { type Generated, type GenerateOptions, mapSource } from './pipeline/generate.js';
export type { TargetOptions } from './pipeline/select-targets.js';
export type {
  ColumnOverride,
  Config,
  Lock,
  LockEntry,
  Override,
  PaginationOverride,
  Source,
  SourceOptions,
  SpecSource,
} from './read/config-types.js';
export type { Reach } from './read/files.js';
export type { ServerObject } from './read/openapi.js';
export type { OverlayFile } from './read/overlay.js';
export type { Packed } from './registry/publish.js';
export type { OperationReport, Report, ServiceReport } from './report/report.js';
export type { Report as VerifyReport } from './verify/report.js';
export type { Finding, Result, Verdict } from './verify/verdicts.js';
export type { VerifyOptions } from './verify/verify-provider.js';
export {
  type AnyPlan,
  applyPlan,
  type Layout,
  type Manifest,
  type Outputs,
  type Plan,
  planWrite,
  recover,
  type Step,
  type Tree,
} from './write.js';
