import type { RuleCode } from '../../diagnostics/rules.js';
import { answerRules } from './answers.js';
import { bodyRules } from './bodies.js';
import { documentRules } from './documents.js';
import { pageRules } from './pages.js';
import { pagingRules } from './paging.js';
import { parameterRules } from './parameters.js';
import { providerRules } from './provider.js';
import { resourceRules } from './resources.js';
import type { Rule } from './rule.js';
import { textRules } from './text.js';

/** Every rule by its code; one that is missing does not compile. `yaml-syntax` is found while reading. */
export const RULES: Readonly<Record<Exclude<RuleCode, 'yaml-syntax'>, Rule>> = {
  ...textRules,
  ...documentRules,
  ...providerRules,
  ...resourceRules,
  ...parameterRules,
  ...bodyRules,
  ...answerRules,
  ...pagingRules,
  ...pageRules,
};
