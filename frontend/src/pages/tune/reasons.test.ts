import { describe, expect, it } from "vitest";
import type { Decision } from "../../api/motion.js";
import { KEPT, noted, type Stretch } from "./reasons.js";

function decision(at: number, cause: Decision["cause"], score: number): Decision {
  return { at, cause, score, event: false, moving: false, threshold: 0.2, reason: "", reason_said: null, regions: [], zones: [], tracks: [], awaited: false, looked: [] };
}

describe("the last reasons", () => {
  it("are one entry per stretch, with its beginning and its strongest moment", () => {
    let known: readonly Stretch[] = [];
    for (const one of [decision(1, "quiet", 0), decision(2, "motion", 1), decision(3, "motion", 5), decision(4, "motion", 2)])
      known = noted(known, one);
    expect(known.map(({ at, strongest }) => [at, strongest.cause, strongest.score])).toEqual([
      [2, "motion", 5],
      [1, "quiet", 0],
    ]);
  });

  it("are a few", () => {
    let known: readonly Stretch[] = [];
    for (let at = 0; at < 20; at += 1) known = noted(known, decision(at, at % 2 === 0 ? "quiet" : "motion", 1));
    expect(known).toHaveLength(KEPT);
    expect(known[0]?.at).toBe(19);
  });
});
