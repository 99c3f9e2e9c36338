/** How a video is brought back in step with the clock. Pure. */

/** Off by less than this is in step. */
export const IN_STEP_S = 0.04;
/** Off by more than this is put right at once instead of catching up. */
export const LOST_S = 0.8;
const CATCH_UP = 0.25;
/** What browsers play at most and at least. */
const FASTEST = 16;
const SLOWEST = 0.0625;

export type Steering = { kind: "rate"; rate: number } | { kind: "seek" };

/** `ahead_s`: how far the video is ahead of the clock, in wall-clock seconds; `rate`: the clock's speed. */
export function steer(ahead_s: number, rate: number): Steering {
  const tolerance = Math.max(1, rate);
  if (Math.abs(ahead_s) > LOST_S * tolerance) return { kind: "seek" };
  if (Math.abs(ahead_s) < IN_STEP_S * tolerance) return { kind: "rate", rate };
  const correction = Math.max(-CATCH_UP, Math.min(CATCH_UP, -ahead_s / tolerance));
  return { kind: "rate", rate: Math.min(FASTEST, Math.max(SLOWEST, rate * (1 + correction))) };
}
