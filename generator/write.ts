/** The one room that writes files: a plan, a journal, and what keeps both inside the output folder. */
export { type AnyPlan, applyPlan, applyPlans, type Change, isInterrupted, recover } from './write/apply.js';
export { writeInside, writeNamed, writeNew, writeWhole } from './write/files.js';
export { staysInside } from './write/paths.js';
export { type Plan, planNew, planReplace, planWrite } from './write/plan.js';
export {
  GENERATED,
  type Layout,
  type Manifest,
  type Outputs,
  STATE_DIRECTORY,
  type Step,
  type Tree,
} from './write/state.js';
