import { describe, expect, it } from "vitest";
import { fateOf, sortedByFate, talliedByKind, tally, type Replayed } from "./fates.js";

function event(started_at: number, now: boolean, then: boolean): Replayed {
  return { clip_id: "c", started_at, ended_at: started_at, recorded: true, now, then, peak: 0, reason: "", reason_said: null, zones: [], what_now: null, what_then: null, why: "", why_said: null };
}

describe("fates", () => {
  it("follows from both looks", () => {
    expect(fateOf({ now: true, then: true })).toBe("stays");
    expect(fateOf({ now: true, then: false })).toBe("goes");
    expect(fateOf({ now: false, then: true })).toBe("comes");
    expect(fateOf({ now: false, then: false })).toBe("unknown");
  });

  it("shows what changes first, newest first", () => {
    const events = [event(1, true, true), event(2, true, false), event(3, false, true), event(4, true, false)];
    expect(sortedByFate(events).map(({ started_at }) => started_at)).toEqual([4, 2, 3, 1]);
    expect(tally(events)).toEqual({ comes: 1, goes: 2, stays: 1, unknown: 0 });
  });

  it("counts kinds with either settings by the main thing, and what nobody looked at apart", () => {
    const events = [
      { ...event(1, true, true), what_now: ["person" as const, "animal" as const], what_then: ["unnamed" as const] },
      { ...event(2, true, false), what_now: ["animal" as const] },
      event(3, false, true),
      event(4, false, false),
    ];
    expect(talliedByKind(events)).toEqual([
      { what: "person", now: 1, then: 0 },
      { what: "animal", now: 1, then: 0 },
      { what: "unnamed", now: 0, then: 1 },
      { what: null, now: 0, then: 1 },
    ]);
  });
});
