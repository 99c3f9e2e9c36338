import { describe, expect, it } from "vitest";
import { clipOf } from "./clip.fixture.js";
import { clipAt, following, nearest, nextAfter, ordered, previousBefore, stayingAt } from "./playlist.js";

const a = clipOf(100, 120);
const b = clipOf(110, 130, { camera_id: "yard" });
const c = clipOf(120.5, 160);
const d = clipOf(300, 310, { camera_id: "yard" });
const clips = ordered([d, c, b, a]);

describe("the playlist", () => {
  it("is in the order of time, over all cameras", () => {
    expect(clips).toEqual([a, b, c, d]);
    expect(nextAfter(clips, a)).toBe(b);
    expect(nextAfter(clips, c)).toBe(d);
    expect(nextAfter(clips, d)).toBeUndefined();
    expect(previousBefore(clips, b)).toBe(a);
    expect(previousBefore(clips, a)).toBeUndefined();
  });

  it("goes on with the recording that continues the one that ends", () => {
    expect(following(clips, a)).toBe(c);
    expect(following(clips, c)).toBe(d);
  });

  it("knows two recordings that began in the same moment", () => {
    const twin = clipOf(100, 105, { camera_id: "yard" });
    const both = ordered([twin, a]);
    expect(nextAfter(both, a)).toBe(twin);
    expect(previousBefore(both, twin)).toBe(a);
  });

  it("goes on after a recording that was deleted meanwhile", () => {
    expect(nextAfter([a, c, d], b)).toBe(c);
  });

  it("finds what was being recorded", () => {
    expect(clipAt(clips, 115)).toBe(b);
    expect(clipAt(clips, 200)).toBeUndefined();
    const all = clipOf(0, 500, { kind: "continuous", id: "all" });
    expect(clipAt(ordered([all, ...clips]), 305)).toBe(d);
    expect(clipAt(ordered([all, ...clips]), 250)).toBe(all);
  });

  it("stays with what is being played", () => {
    expect(stayingAt(clips, 115, a)).toBe(a);
    expect(stayingAt(clips, 125, a)).toBe(c);
    expect(stayingAt([b], 115, a)).toBe(b);
  });

  it("finds something for every press", () => {
    expect(nearest(clips, 200)).toBe(d);
    expect(nearest(clips, 900)).toBe(d);
    expect(nearest([], 900)).toBeUndefined();
  });
});
