import { describe, expect, it } from "vitest";
import type { Camera } from "../../state/gcam.js";
import { changesOf, draftOf, ofKind, shapeOf, thresholdAt, turnedDraft, turnOf, wrongNames } from "./draft.js";

const square = [
  [0, 0.123456],
  [0.5, 0],
  [0.5, 0.5],
];

const camera = {
  id: "door",
  name: "Door",
  rotation: 270,
  privacy_masks: [square],
  naming: { enabled: true, kinds: ["person", "vehicle", "animal", "unnamed"], min_score: 60, min_size: 0 },
  detection: {
    enabled: true,
    detector: "adaptive",
    sensitivity: 50,
    idle_fps: 5,
    active_fps: 10,
    scale: "auto",
    min_motion_s: 0.2,
    event_gap_s: 3,
    warmup_s: 3,
    tamper: true,
    zones: [{ name: "Path", polygon: square }],
    masks: [],
  },
} as unknown as Camera;

describe("a draft", () => {
  it("is the camera until something is changed", () => {
    expect(changesOf(draftOf(camera), camera)).toBeUndefined();
  });

  it("says only what differs", () => {
    const draft = draftOf(camera);
    const other = { ...draft, detection: { ...draft.detection, sensitivity: 70 } };
    expect(changesOf(other, camera)).toEqual({ detection: { sensitivity: 70 } });
    const people = { ...draft, naming: { ...draft.naming, kinds: ["person" as const] } };
    expect(changesOf(people, camera)).toEqual({ naming: { kinds: ["person"] } });
  });

  it("names lists as a whole, also when they become empty", () => {
    const draft = draftOf(camera);
    const mask = shapeOf("mask", [[0, 0], [1, 0], [1, 1]]);
    const shapes = [...draft.shapes.filter(({ kind }) => kind === "zone"), mask];
    expect(changesOf({ ...draft, shapes }, camera)).toEqual({
      detection: { masks: [[[0, 0], [1, 0], [1, 1]]] },
      privacy_masks: [],
    });
  });

  it("turns with the picture, and is then still what is saved", () => {
    expect(turnOf(camera)).toEqual({ rotation: 0 });
    const draft = turnedDraft(draftOf(camera), 270, 0);
    expect(ofKind(draft, "privacy")[0]?.polygon).toEqual([
      [0.876544, 0],
      [1, 0.5],
      [0.5, 0.5],
    ]);
    expect(changesOf(turnedDraft(draft, 0, 270), camera)).toBeUndefined();
  });

  it("finds names that are missing or taken", () => {
    const draft = draftOf(camera);
    const twin = shapeOf("zone", [[0, 0], [1, 0], [1, 1]], " path ");
    const nameless = shapeOf("zone", [[0, 0], [1, 0], [1, 1]], " ");
    const wrong = wrongNames({ ...draft, shapes: [...draft.shapes, twin, nameless] });
    expect([...wrong].sort()).toEqual([draft.shapes[0]?.id, twin.id, nameless.id].sort());
    expect(wrongNames(draft).size).toBe(0);
  });

  it("tells the threshold that another sensitivity means", () => {
    const now = { sensitivity: 50, threshold: 0.2 };
    expect(thresholdAt(50, now)).toBeCloseTo(0.2);
    expect(thresholdAt(100, now)).toBeCloseTo(0.02);
    expect(thresholdAt(1, now)).toBeCloseTo(1.91, 1);
  });
});
