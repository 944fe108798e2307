/** Which method a statement runs. A copy of this file travels with the typed stubs, so it imports nothing. */

/** The names of the inputs that a statement gives. */
export interface NameSet {
  has(name: string): boolean;
}

/**
 * Returns the method that the engine runs: the first listed one whose required inputs are all given. What else is given
 * does not matter to the choice (ENGINE E1.1).
 */
export function chosenMethod<Method>(
  listed: Iterable<Method>,
  requiredInputs: (method: Method) => Iterable<string>,
  given: NameSet,
): Method | undefined {
  for (const method of listed) if (allGiven(requiredInputs(method), given)) return method;
  return undefined;
}

/** Whether every required input is given. */
export function allGiven(required: Iterable<string>, given: NameSet): boolean {
  for (const name of required) if (!given.has(name)) return false;
  return true;
}
