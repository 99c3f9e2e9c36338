/** What would become of an event with other settings. Pure. */
import type { Schemas } from "../../api/client.js";
import { WHATS, type What } from "../../components/what.js";

export type Replayed = Schemas["ReplayedEvent"];
export type Fate = "comes" | "goes" | "stays" | "unknown";

const ORDER: readonly Fate[] = ["goes", "comes", "unknown", "stays"];

/** `unknown`: recorded, but looking again shows it with neither settings. */
export function fateOf({ now, then }: Pick<Replayed, "now" | "then">): Fate {
  if (now && then) return "stays";
  if (now) return "goes";
  return then ? "comes" : "unknown";
}

export function tally(events: readonly Replayed[]): Record<Fate, number> {
  const counts: Record<Fate, number> = { comes: 0, goes: 0, stays: 0, unknown: 0 };
  for (const event of events) counts[fateOf(event)] += 1;
  return counts;
}

/** What changes first, newest first. */
export function sortedByFate(events: readonly Replayed[]): Replayed[] {
  const rank = (event: Replayed): number => ORDER.indexOf(fateOf(event));
  return [...events].sort((a, b) => rank(a) - rank(b) || b.started_at - a.started_at);
}

export interface KindCount {
  /** By the main thing; null: nobody looked. */
  what: What | null;
  now: number;
  then: number;
}

/** How many events of each kind there are with either settings; kinds that there are none of are left out. */
export function talliedByKind(events: readonly Replayed[]): KindCount[] {
  const counted = (what: What | null): KindCount => ({
    what,
    now: events.filter((event) => event.now && (event.what_now?.[0] ?? null) === what).length,
    then: events.filter((event) => event.then && (event.what_then?.[0] ?? null) === what).length,
  });
  return [...WHATS, null].map(counted).filter(({ now, then }) => now + then > 0);
}
