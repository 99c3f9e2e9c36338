import { describe, expect, it } from "vitest";
import { choiceIn, nothingFor, wantedBy } from "./choice.js";

describe("the choice of events", () => {
  it("is read from the address, without what it does not know", () => {
    expect(choiceIn(new URLSearchParams("camera=door&kind=motion&day=2026-11-21&show=new"))).toEqual({
      camera: "door",
      kind: "motion",
      day: "2026-11-21",
      show: "new",
    });
    expect(choiceIn(new URLSearchParams("camera=&kind=odd&day=2026-02-30&show=x"))).toEqual({});
  });

  it("of a day is from midnight to midnight, also where a clock is turned", () => {
    const { after, before } = wantedBy({ day: "2026-10-25" }, "Europe/Brussels");
    expect((before ?? 0) - (after ?? 0)).toBe(25 * 3600);
    expect(wantedBy({ camera: "door" }, "UTC")).toEqual({ camera: "door", kind: undefined });
  });

  it("says what is missing", () => {
    expect([nothingFor({}), nothingFor({ day: "2026-11-21" }), nothingFor({ camera: "door", show: "new" })]).toEqual([
      "nothing",
      "nothing_here",
      "nothing_new",
    ]);
  });
});
