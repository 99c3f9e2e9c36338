/** Entries by day, newest first, and what of them is said. Pure. */
import type { Entry } from "../../api/history.js";

export type { Entry };

export interface DayGroup {
  /** As it is called. */
  day: string;
  entries: readonly Entry[];
}

/** `dayOf` says what the day of a moment is called, which is one of the house that is watched, not of this device. */
export function byDay(entries: readonly Entry[], dayOf: (at: number) => string): readonly DayGroup[] {
  const groups: { day: string; entries: Entry[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.started_at);
    const last = groups.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else groups.push({ day, entries: [entry] });
  }
  return groups;
}

/** The newer page put in front: entries that changed replace what was known of them; the others stay the very same. */
export function merged(newest: readonly Entry[], known: readonly Entry[]): readonly Entry[] {
  const fresh = new Map(newest.map((entry) => [entry.id, entry]));
  const seen = new Set(known.map(({ id }) => id));
  for (const entry of known) {
    const now = fresh.get(entry.id);
    if (now && isSame(entry, now)) fresh.delete(entry.id);
  }
  const added = newest.filter(({ id }) => !seen.has(id));
  return [...added, ...known.map((entry) => fresh.get(entry.id) ?? entry)].sort((a, b) => b.id - a.id);
}

/** The newest page of at most `size`, in front of what is known where the two meet; alone where something between is missing. */
export function withNewest(newest: readonly Entry[], known: readonly Entry[], size: number): readonly Entry[] {
  const seen = new Set(known.map(({ id }) => id));
  const meet = newest.length < size || newest.some(({ id }) => seen.has(id));
  return meet ? merged(newest, known) : newest;
}

/** Of what nobody has looked at, as `newest` says it: what is no longer in there was looked at elsewhere, and goes; what was
 * looked at here stays until the list is made anew. */
export function stillNew(newest: readonly Entry[], known: readonly Entry[], size: number): readonly Entry[] {
  const oldest = newest.length < size ? 0 : (newest.at(-1)?.id ?? 0);
  const there = new Set(newest.map(({ id }) => id));
  return known.filter(({ id, reviewed_at }) => reviewed_at !== null || id < oldest || there.has(id));
}

export function asReviewed(entries: readonly Entry[], up_to: number, at: number, by: string): readonly Entry[] {
  return entries.map((entry) => (entry.id > up_to || entry.reviewed_at !== null ? entry : { ...entry, reviewed_at: at, reviewed_by: by }));
}

/** How long it lasted, or has lasted until `now`, seconds. */
export function lasted(entry: Entry, now: number): number {
  return Math.max(0, (entry.ended_at ?? now) - entry.started_at);
}

/** They are what JSON said. */
function isSame(a: Entry, b: Entry): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
