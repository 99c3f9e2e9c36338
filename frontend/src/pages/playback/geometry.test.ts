import { describe, expect, it } from "vitest";
import { around, atOf, LEAST_SPAN_S, panned, pinched, showing, xOf, zoomed } from "./geometry.js";

const day = { start: 1000, end: 87_400 };

describe("the timeline's geometry", () => {
  it("turns times into places and back", () => {
    expect(xOf(1000, day, 864)).toBe(0);
    expect(xOf(87_400, day, 864)).toBe(864);
    expect(atOf(xOf(44_444.25, day, 864), day, 864)).toBeCloseTo(44_444.25, 6);
  });

  it("zooms around what is under the pointer", () => {
    const view = zoomed(day, 0.25, 30_000, day);
    expect(view.end - view.start).toBeCloseTo(21_600);
    expect(xOf(30_000, view, 800)).toBeCloseTo(xOf(30_000, day, 800), 6);
  });

  it("never zooms beyond the day nor closer than a few seconds", () => {
    expect(zoomed({ start: 2000, end: 3000 }, 1000, 2500, day)).toEqual(day);
    const close = zoomed({ start: 2000, end: 2010 }, 0.001, 2005, day);
    expect(close.end - close.start).toBeCloseTo(LEAST_SPAN_S);
  });

  it("pans to the day's ends and no further", () => {
    expect(panned({ start: 2000, end: 3000 }, -5000, day)).toEqual({ start: 1000, end: 2000 });
    expect(panned({ start: 2000, end: 3000 }, 1e9, day)).toEqual({ start: 86_400, end: 87_400 });
  });

  it("follows a moment only when it would leave", () => {
    const view = { start: 2000, end: 3000 };
    expect(showing(view, 2500, day)).toBe(view);
    expect(showing(view, 3100, day)).toEqual({ start: 2180, end: 3180 });
    expect(showing(view, 1000, day).start).toBe(1000);
  });

  it("keeps what is under two fingers under them", () => {
    const view = { start: 10_000, end: 20_000 };
    const after = pinched(view, [200, 400], [100, 500], 1000, day);
    expect(xOf(atOf(200, view, 1000), after, 1000)).toBeCloseTo(100, 6);
    expect(xOf(atOf(400, view, 1000), after, 1000)).toBeCloseTo(500, 6);
  });

  it("looks around a moment", () => {
    expect(around(50_000, 600, day)).toEqual({ start: 49_700, end: 50_300 });
    expect(around(1000, 600, day)).toEqual({ start: 1000, end: 1600 });
  });
});
