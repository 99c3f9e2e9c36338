import { describe, expect, it } from "vitest";
import { camerasIn, groupsOf, moved, shows } from "./groups.js";

const DOOR = { id: "door", group: "Outside" };
const HALL = { id: "hall", group: null };
const YARD = { id: "yard", group: "Outside" };
const ATTIC = { id: "attic", group: "Upstairs" };
const ALL = [DOOR, HALL, YARD, ATTIC];

describe("groups of cameras", () => {
  it("come in the order of their first cameras", () => {
    expect(groupsOf(ALL)).toEqual(["Outside", "Upstairs"]);
    expect(camerasIn(ALL, "Outside")).toEqual([DOOR, YARD]);
    expect(camerasIn(ALL, "gone")).toEqual(ALL);
    expect(camerasIn(ALL, undefined)).toEqual(ALL);
  });

  it("are shown one after the other, no camera forgotten", () => {
    expect(shows(ALL, [])).toEqual([[DOOR, YARD], [ATTIC], [HALL]]);
    expect(shows(ALL, ["Upstairs", "gone"])).toEqual([[ATTIC]]);
    expect(shows(ALL, ["gone"])).toEqual(shows(ALL, []));
    expect(shows([HALL], [])).toEqual([[HALL]]);
    expect(shows([], [])).toEqual([]);
  });

  it("change their order one step at a time", () => {
    expect(moved(["a", "b", "c"], "b", 1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b", "c"], "b", -1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], "a", -1)).toEqual(["a", "b", "c"]);
    expect(moved(["a", "b", "c"], "c", 1)).toEqual(["a", "b", "c"]);
  });
});
