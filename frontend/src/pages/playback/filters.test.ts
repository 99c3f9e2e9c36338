import { describe, expect, it } from "vitest";
import { clipOf } from "../../media/clip.fixture.js";
import { EVERYTHING, inForce, passes, zonesOf } from "./filters.js";

const clip = clipOf(0, 12, { zones: ["Gate"], peak: 4, what: ["person", "animal"] });

describe("filters", () => {
  it("let everything pass at first", () => {
    expect(passes(clip, EVERYTHING)).toBe(true);
    expect(inForce(EVERYTHING)).toBe(0);
  });

  it.each([
    { cameras: new Set(["yard"]) },
    { zone: "Path" },
    { kind: "manual" as const },
    { what: "vehicle" as const },
    { shortest_s: 20 },
    { longest_s: 10 },
    { leastScore: 5 },
    { protectedOnly: true },
  ])("hold back what is not asked for: %o", (change) => {
    expect(passes(clip, { ...EVERYTHING, ...change })).toBe(false);
  });

  it.each([
    { cameras: new Set(["door"]) },
    { zone: "Gate" },
    { kind: "motion" as const },
    { what: "animal" as const },
    { shortest_s: 12 },
    { longest_s: 12 },
    { leastScore: 4 },
  ])("let pass what is asked for: %o", (change) => {
    expect(passes(clip, { ...EVERYTHING, ...change })).toBe(true);
  });

  it("of a kind hold back what nobody looked at", () => {
    for (const what of ["person", "unnamed"] as const) expect(passes(clipOf(0, 12), { ...EVERYTHING, what })).toBe(false);
  });

  it("count those in force, and name the zones there are", () => {
    expect(inForce({ ...EVERYTHING, zone: "Gate", leastScore: 3, cameras: new Set() })).toBe(2);
    expect(zonesOf([clip, clipOf(1, 2, { zones: ["Gate", "Alley"] })])).toEqual(["Alley", "Gate"]);
  });
});
