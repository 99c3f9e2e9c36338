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

  it("is of a kind of thing", () => {
    expect(choiceIn(new URLSearchParams("what=animal"))).toEqual({ what: "animal" });
    expect(choiceIn(new URLSearchParams("what=dragon"))).toEqual({});
    expect(wantedBy({ what: "animal" }, "UTC")).toMatchObject({ what: "animal" });
    expect(nothingFor({ what: "animal" })).toBe("nothing_here");
  });

  it("is of a place in the picture of the camera it names", () => {
    const place = "0.1,0.5,0.3,0.25";
    expect(choiceIn(new URLSearchParams({ camera: "door", place }))).toEqual({ camera: "door", place });
    expect(choiceIn(new URLSearchParams({ place }))).toEqual({});
    expect(choiceIn(new URLSearchParams({ camera: "door", place: "0,0,2,1" }))).toEqual({ camera: "door" });
    expect(wantedBy({ camera: "door", place }, "UTC")).toMatchObject({ camera: "door", place });
    expect(wantedBy({ camera: "door", place, day: "2026-10-25" }, "UTC")).toMatchObject({ place });
    expect(nothingFor({ camera: "door", place, show: "new" })).toBe("nothing_there");
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
