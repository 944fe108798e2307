export { CATALOGUE, type Problem, ProblemsError } from './diagnostics/problem.js';
export type * from './model.js';
export { type Generated, generate, mapSource, PROFILES } from './pipeline/generate.js';
export type { Source } from './read/config-types.js';
export { applyPlan, type Outputs, type Plan, planWrite, recover } from './write.js';
