/** The last reasons of a detector, one entry per stretch of the same cause. Pure. */
import type { Decision } from "../../api/motion.js";

export interface Stretch {
  /** When it began, Unix seconds. */
  at: number;
  /** Its strongest decision. */
  strongest: Decision;
}

export const KEPT = 6;

/** With `decision` taken in; newest first. */
export function noted(stretches: readonly Stretch[], decision: Decision): readonly Stretch[] {
  const [newest, ...older] = stretches;
  if (newest?.strongest.cause !== decision.cause)
    return [{ at: decision.at, strongest: decision }, ...stretches].slice(0, KEPT);
  return decision.score > newest.strongest.score ? [{ ...newest, strongest: decision }, ...older] : stretches;
}
