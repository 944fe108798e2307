export { CATALOGUE, type Problem, ProblemsError } from './diagnostics.js';
export type * from './model.js';
export { type Generated, generate, mapConfig, PROFILES } from './pipeline.js';
export { applyPlan, type Outputs, type Plan, planWrite, recover } from './write.js';
