/** Entries by local day, newest first, and what of them is said. Pure. */
import type { Schemas } from "../../api/client.js";

export type Entry = Schemas["HistoryEntry"];

export interface DayGroup {
  /** Midnight's Unix seconds, in this device's time. */
  day: number;
  entries: readonly Entry[];
}

export function byDay(entries: readonly Entry[]): readonly DayGroup[] {
  const groups: { day: number; entries: Entry[] }[] = [];
  for (const entry of entries) {
    const day = midnightOf(entry.started_at);
    const last = groups.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else groups.push({ day, entries: [entry] });
  }
  return groups;
}

/** The newer page put in front: entries that changed replace what was known of them. */
export function merged(newest: readonly Entry[], known: readonly Entry[]): readonly Entry[] {
  const fresh = new Map(newest.map((entry) => [entry.id, entry]));
  const seen = new Set(known.map(({ id }) => id));
  const added = newest.filter(({ id }) => !seen.has(id));
  return [...added, ...known.map((entry) => fresh.get(entry.id) ?? entry)].sort((a, b) => b.id - a.id);
}

/** The newest page of at most `size`, in front of what is known where the two meet; alone where something between is missing. */
export function withNewest(newest: readonly Entry[], known: readonly Entry[], size: number): readonly Entry[] {
  const seen = new Set(known.map(({ id }) => id));
  const meet = newest.length < size || newest.some(({ id }) => seen.has(id));
  return meet ? merged(newest, known) : newest;
}

/** How long it lasted, or has lasted until `now`, seconds. */
export function lasted(entry: Entry, now: number): number {
  return Math.max(0, (entry.ended_at ?? now) - entry.started_at);
}

function midnightOf(at: number): number {
  return new Date(at * 1000).setHours(0, 0, 0, 0) / 1000;
}
