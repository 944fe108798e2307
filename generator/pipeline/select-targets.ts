import path from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import type { Config } from '../read/config-types.js';
import type { Target } from './define-target.js';
import { openModuleTarget } from './module-target.js';
import { inOwnFolder, PROFILES, type RunnableTarget, TARGETS } from './target.js';

/** A target of a run, and where the config names it. */
export interface SelectedTarget extends RunnableTarget {
  readonly at?: Location;
  /** The files of code that it was loaded from; only of a target that a config names by module. */
  readonly modules?: readonly string[];
}

export interface Selection {
  /** Each after those that it depends on. */
  readonly targets: readonly SelectedTarget[];
  /** Ends the threads of the targets that are modules. */
  close(): Promise<void>;
}

/** What the caller wants of the targets that the config names. */
export interface TargetOptions {
  /** Only the documentation, as this profile has it. */
  readonly profile?: string;
  /** Stubs too? Default: as the config says. */
  readonly stubs?: boolean;
  /** Leave out the targets that take seconds? */
  readonly skipSlow?: boolean;
  /** Targets beside those of the config. */
  readonly targets?: readonly Target[];
}

/**
 * Loads the targets of a run and puts them in order. Throws `unknown-profile`, `target-unknown`, `target-invalid` and
 * what loading a module throws.
 */
export async function selectTargets(config: Config, options: TargetOptions): Promise<Selection> {
  const { profile } = options;
  if (profile !== undefined) return { targets: [profileTarget(profile)], close: async () => {} };
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => void (await Promise.all(opened.map((target) => target.close())));
  try {
    const named: SelectedTarget[] = [];
    for (const { name, at } of config.targets ?? TARGETS.map((target): { name: string; at?: Location } => target)) {
      const builtIn = TARGETS.find((target) => target.name === name);
      if (builtIn || at === undefined || config.file === undefined) {
        if (builtIn) named.push({ ...builtIn, ...(at !== undefined && { at }) });
        continue;
      }
      const target = await openTarget(name, config.file, at);
      opened.push(target);
      if (TARGETS.some((each) => each.name === target.name)) {
        const message = `${name}: ${target.name} is the name of a built-in target`;
        throw new ProblemsError([{ code: 'target-invalid', message, at }]);
      }
      named.push({ ...target, at });
    }
    for (const target of options.targets ?? []) named.push(runnable(target));
    const wanted = inOrder(named.filter(({ name }) => name !== 'stubs' || (options.stubs ?? config.stubs)));
    return { targets: options.skipSlow ? withoutSlow(wanted) : wanted, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function profileTarget(profile: string): RunnableTarget {
  const target = Object.hasOwn(PROFILES, profile) ? PROFILES[profile] : undefined;
  if (target) return target;
  const hint = `There is: ${Object.keys(PROFILES).join(', ')}`;
  throw new ProblemsError([{ code: 'unknown-profile', message: `no profile "${profile}"`, hint }]);
}

/** A name that is neither built in nor a package is most likely misspelt. */
async function openTarget(name: string, config: string, at: Location): ReturnType<typeof openModuleTarget> {
  try {
    return await openModuleTarget(name, config, at);
  } catch (error) {
    const isUnknown = error instanceof ProblemsError && error.problems[0]?.code === 'target-missing';
    if (!isUnknown || name.startsWith('.')) throw error;
    const builtIn = TARGETS.map((target) => target.name);
    const near = closest(name, builtIn);
    const hint =
      distance(near, name) <= 2 ? `Did you mean ${near}?` : `Built in are ${builtIn.join(', ')}; a path begins with ./`;
    const message = `no built-in target ${name}, and no package of that name from ${path.dirname(config)} on`;
    throw new ProblemsError([{ code: 'target-unknown', message, at, hint }]);
  }
}

/** A target of the program that calls. */
function runnable({ emit, ...target }: Target): SelectedTarget {
  return {
    ...target,
    emit: async (provider, { files }) => ({ files: inOwnFolder(target.name, await emit(provider, { files })) }),
  };
}

/** Leaves out the slow targets, and those that depend on them. */
function withoutSlow(targets: readonly SelectedTarget[]): SelectedTarget[] {
  const left = new Set<string>();
  return targets.filter(({ name, isSlow, dependsOn = [] }) => {
    const isLeft = isSlow || dependsOn.some((each) => left.has(each));
    if (isLeft) left.add(name);
    return !isLeft;
  });
}

/** Puts each target after those that it depends on, and leaves the order as it is otherwise. */
function inOrder(targets: readonly SelectedTarget[]): SelectedTarget[] {
  const problems: Problem[] = [];
  const fail = ({ at }: SelectedTarget, message: string) =>
    problems.push({ code: 'target-invalid', message, ...(at !== undefined && { at }) });
  const ordered: SelectedTarget[] = [];
  const place = (target: SelectedTarget, above: readonly SelectedTarget[]): void => {
    if (ordered.includes(target)) return;
    if (above.includes(target)) {
      fail(target, `${target.name} depends on itself, by ${above.map(({ name }) => name).join(', ')}`);
      return;
    }
    for (const name of target.dependsOn ?? []) {
      const needed = targets.find((each) => each.name === name);
      if (needed) place(needed, [...above, target]);
      else fail(target, `${target.name} depends on ${name}, which is not among the targets`);
    }
    ordered.push(target);
  };
  for (const [index, target] of targets.entries()) {
    if (targets.findIndex(({ name }) => name === target.name) < index)
      fail(target, `two targets have the name ${target.name}`);
    place(target, []);
  }
  if (problems.length > 0) throw new ProblemsError(problems);
  return ordered;
}
