import { expect, test } from "vitest";
import { offOf, type Camera } from "../../state/gcam.js";
import "./camera-tile.js";
import { lookOf } from "./status.js";

const camera = (status: string | undefined): Camera =>
  ({ id: "door", name: "Door", state: status === undefined ? null : { status, problem: null, problem_code: null } }) as unknown as Camera;

test("nobody waits for the pictures of a camera that is asked for none", async () => {
  for (const status of ["disabled", "privacy", undefined]) {
    const tile = document.createElement("gcam-camera-tile");
    tile.camera = camera(status);
    document.body.append(tile);
    await tile.updateComplete;
    expect(tile.renderRoot.querySelector("gcam-live-picture")).toBeNull();
    tile.remove();
  }
  for (const status of ["connected", "connecting", "reconnecting", "lost"]) expect(offOf(camera(status))).toBeUndefined();
});

test("who sends pictures but sees no place is no camera that is well", () => {
  const looks = (problem_code: string | null, more = {}): string =>
    lookOf({ state: { status: "connected", problem_code, ...more } } as unknown as Camera);
  expect([null, "detection", "covered", "blinded", "turned"].map((code) => looks(code))).toEqual([
    "connected",
    "connected",
    "unseeing",
    "unseeing",
    "unseeing",
  ]);
  expect(looks("covered", { motion: true })).toBe("motion");
});
