/** What moved, as everybody sees it: its word and its icon. */
import { mdiCarSide, mdiPaw, mdiProgressQuestion, mdiWalk } from "@mdi/js";
import type { Schemas } from "../api/client.js";
import { words } from "../i18n/i18n.js";

export type What = Schemas["Kind"];
export const WHATS = ["person", "vehicle", "animal", "unnamed"] as const satisfies readonly What[];
export const WHAT_ICONS: Record<What, string> = {
  person: mdiWalk,
  vehicle: mdiCarSide,
  animal: mdiPaw,
  unnamed: mdiProgressQuestion,
};

const t = words("common");

export function whatWord(what: What): string {
  return t(`what.${what}`);
}

/** “Person, animal”, the main thing first; empty where nobody looked. */
export function whatWords(what: readonly What[] | null): string {
  return (what ?? []).map(whatWord).join(", ");
}

/** With that kind making an event, or not; the last one stays: something has to. */
export function withKind(kinds: readonly What[], what: What, wanted: boolean): readonly What[] {
  const left = WHATS.filter((one) => (one === what ? wanted : kinds.includes(one)));
  return left.length > 0 ? left : kinds;
}
