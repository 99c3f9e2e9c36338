import { describe, expect, it } from "vitest";
import { bounded, MOST, panned, transformOf, WHOLE, zoomed } from "./zoom.js";

describe("digital zoom", () => {
  it("keeps the point under the pointer", () => {
    const view = zoomed(WHOLE, 2, 0.75, 0.25);
    expect(view.scale).toBe(2);
    expect(view.x + 0.25 / view.scale).toBeCloseTo(0.75);
    expect(view.y - 0.25 / view.scale).toBeCloseTo(0.25);
  });

  it("never shows what is not there", () => {
    expect(bounded({ scale: 2, x: 0, y: 1 })).toEqual({ scale: 2, x: 0.25, y: 0.75 });
    expect(panned(zoomed(WHOLE, 4), 9, -9)).toEqual({ scale: 4, x: 0.125, y: 0.875 });
    expect(zoomed(WHOLE, 0.1)).toEqual(WHOLE);
    expect(zoomed(WHOLE, 1000).scale).toBe(MOST);
  });

  it("comes back to the whole", () => {
    const there = zoomed(WHOLE, 3, 0.9, 0.9);
    expect(zoomed(there, 1 / 3, 0.1, 0.1)).toEqual(WHOLE);
    expect(transformOf(WHOLE)).toBe("scale(1) translate(0%, 0%)");
  });
});
