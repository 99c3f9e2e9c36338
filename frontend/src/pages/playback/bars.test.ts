import { describe, expect, it } from "vitest";
import { barsOf, heightOf } from "./bars.js";
import { clipOf } from "../../media/clip.fixture.js";

const view = { start: 0, end: 1000 };

describe("bars", () => {
  it("lie where the recordings are", () => {
    expect(barsOf([clipOf(100, 200), clipOf(500, 510)], view, 500)).toMatchObject([
      { x_px: 50, width_px: 50, band: false },
      { x_px: 250, width_px: 6 },
    ]);
  });

  it("are seen however short, cut at the edges, and left out beyond", () => {
    expect(barsOf([clipOf(-50, 10), clipOf(500, 500.1), clipOf(1000, 1100)], view, 500)).toMatchObject([
      { x_px: 0, width_px: 6 },
      { x_px: 250, width_px: 2 },
    ]);
  });

  it("put continuous recordings behind events", () => {
    const bars = barsOf([clipOf(100, 200), clipOf(150, 400, { kind: "continuous" })], view, 500);
    expect(bars.map(({ band }) => band)).toEqual([true, false]);
  });

  it("show the strongest where several recordings are too close to tell apart", () => {
    const bars = barsOf([clipOf(100, 101), clipOf(102, 103, { peak: 30, protected: true }), clipOf(104, 300)], view, 500);
    expect(bars).toMatchObject([
      { x_px: 50, width_px: 2, peak: 30, protected: true },
      { x_px: 52, width_px: 98, peak: 4, protected: false },
    ]);
  });

  it("tell what moved in the strongest, and part where that changes", () => {
    const [person, cat, nobody] = [clipOf(100, 200, { what: ["person", "animal"] }), clipOf(200, 300, { what: ["animal"] }), clipOf(300, 400)];
    expect(barsOf([person, cat, nobody], view, 500).map(({ x_px, what }) => [x_px, what])).toEqual([[50, "person"], [100, "animal"], [150, undefined]]);
    const near = [clipOf(500, 501, { what: ["vehicle"], peak: 30 }), clipOf(501, 502, { what: ["animal"] })];
    for (const clips of [near, [...near].reverse()]) expect(barsOf(clips, view, 500)).toMatchObject([{ what: "vehicle", peak: 30 }]);
  });

  it("are few however many recordings there are", () => {
    const clips = Array.from({ length: 20_000 }, (_, index) => clipOf(index / 20, index / 20 + 0.03));
    const bars = barsOf(clips, view, 500);
    expect(bars.length).toBeLessThanOrEqual(500);
    for (const [index, bar] of bars.entries()) {
      const next = bars[index + 1];
      if (next) expect(bar.x_px + bar.width_px).toBeLessThanOrEqual(next.x_px);
    }
  });

  it("are higher for stronger motion", () => {
    expect(heightOf(0)).toBe(0.25);
    expect(heightOf(4)).toBeGreaterThan(heightOf(2));
    expect(heightOf(100)).toBe(1);
  });
});
