/** A way to match two lists: a key of each; an empty key matches nothing. */
export type Way<Left, Right> = readonly [of: (left: Left) => string, is: (right: Right) => string];

/** Matches two lists by the first way whose keys are equal, each item at most once, in list order. */
export function pairs<Left, Right>(
  lefts: readonly Left[],
  rights: readonly Right[],
  ways: readonly Way<Left, Right>[],
): Map<Right, Left> {
  const paired = new Map<Right, Left>();
  const open = new Set(lefts);
  for (const [of, is] of ways) {
    const byKey = new Map<string, Left>();
    for (const left of open) if (of(left) !== '' && !byKey.has(of(left))) byKey.set(of(left), left);
    for (const right of rights) {
      const left = paired.has(right) ? undefined : byKey.get(is(right));
      if (left === undefined || !open.delete(left)) continue;
      paired.set(right, left);
    }
  }
  return paired;
}
