/** How a judgement looks and what it is called: an icon and a word, never colour alone. */
import { mdiAlert, mdiAlertOctagon, mdiCheckCircle } from "@mdi/js";

export type Judgement = "ok" | "warning" | "problem" | "error";

export function iconOf(judgement: Judgement): string {
  return judgement === "ok" ? mdiCheckCircle : judgement === "warning" ? mdiAlert : mdiAlertOctagon;
}

const RANK: Record<Judgement, number> = { error: 0, problem: 0, warning: 1, ok: 2 };

/** What needs somebody first; otherwise as they came. */
export function worstFirst<T>(items: readonly T[], judgementOf: (item: T) => Judgement): T[] {
  return [...items].sort((a, b) => RANK[judgementOf(a)] - RANK[judgementOf(b)]);
}
