export { CATALOGUE, type Problem, ProblemsError } from './diagnostics/problem.js';
export type * from './model.js';
export { defineTarget, type Target, type TargetContext } from './pipeline/define-target.js';
export { type Generated, type GenerateOptions, generate, mapSource } from './pipeline/generate.js';
export { PROFILES } from './pipeline/target.js';
export type { Source } from './read/config-types.js';
export { applyPlan, type Outputs, type Plan, planWrite, recover } from './write.js';
