import { describe, expect, it } from "vitest";
import { clipOf } from "../../media/clip.fixture.js";
import { EVERYTHING } from "./filters.js";
import { rowsOf } from "./rows.js";

const cameras = [
  { id: "yard", name: "Yard" },
  { id: "door", name: "Front door" },
];
const door = clipOf(10, 20);
const gone = clipOf(30, 40, { camera_id: "attic", camera_name: "Attic" });

describe("rows", () => {
  it("are the cameras in their order, and those that are gone", () => {
    expect(rowsOf(cameras, [door, gone], [door, gone], EVERYTHING)).toEqual([
      { camera: "yard", name: "Yard", clips: [] },
      { camera: "door", name: "Front door", clips: [door] },
      { camera: "attic", name: "Attic", clips: [gone] },
    ]);
  });

  it("are only those asked for", () => {
    const filters = { ...EVERYTHING, cameras: new Set(["door"]) };
    expect(rowsOf(cameras, [door, gone], [], filters)).toEqual([{ camera: "door", name: "Front door", clips: [] }]);
  });
});
