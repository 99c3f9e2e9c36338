/** Groups of cameras, in the order in which their first cameras come. Pure. */

interface Grouped {
  id: string;
  group?: string | null;
}

export function groupsOf(cameras: readonly Grouped[]): readonly string[] {
  return [...new Set(cameras.flatMap(({ group }) => (group ? [group] : [])))];
}

/** Those of `group`; all of them where there is no such group. */
export function camerasIn<T extends Grouped>(cameras: readonly T[], group: string | undefined): readonly T[] {
  const found = cameras.filter((camera) => camera.group === group);
  return group === undefined || found.length === 0 ? cameras : found;
}

/** What is shown one after the other: each chosen group there is, those in none last; all together where there is no group. */
export function shows<T extends Grouped>(cameras: readonly T[], chosen: readonly string[]): readonly (readonly T[])[] {
  const groups = groupsOf(cameras);
  const wanted = chosen.filter((group) => groups.includes(group));
  const without = cameras.filter(({ group }) => !group);
  const parts = (wanted.length > 0 ? wanted : groups).map((group) => cameras.filter((camera) => camera.group === group));
  if (wanted.length === 0 && without.length > 0) parts.push(without);
  return parts;
}

/** The order once `id` went `step` places further (or back). */
export function moved(ids: readonly string[], id: string, step: 1 | -1): readonly string[] {
  const from = ids.indexOf(id);
  const to = from + step;
  if (from < 0 || to < 0 || to >= ids.length) return ids;
  const others = ids.filter((other) => other !== id);
  return [...others.slice(0, to), id, ...others.slice(to)];
}
