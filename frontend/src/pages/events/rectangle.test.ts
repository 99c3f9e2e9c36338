import { describe, expect, it } from "vitest";
import { between, LEAST, MIDDLE, moved, read, resized, spelt } from "./rectangle.js";

describe("a rectangle in the picture", () => {
  it("is dragged from any corner to the opposite one, and stays in the picture", () => {
    const drawn = { x: 0.1, y: 0.2, width: 0.3, height: 0.5 };
    expect(between([0.1, 0.2], [0.4, 0.7])).toEqual(drawn);
    expect(between([0.4, 0.7], [0.1, 0.2])).toEqual(drawn);
    expect(between([0.9, 0.9], [1.4, 2])).toEqual({ x: 0.9, y: 0.9, width: 0.1, height: 0.1 });
  });

  it("is none where it was a press", () => {
    expect(between([0.5, 0.5], [0.5, 0.5])).toBeUndefined();
    expect(between([0.1, 0.5], [0.9, 0.5 + LEAST / 2])).toBeUndefined();
  });

  it("is moved and resized as far as the picture goes", () => {
    expect(moved(MIDDLE, 0.1, -0.05)).toEqual({ x: 0.45, y: 0.3, width: 0.3, height: 0.3 });
    expect(moved(MIDDLE, 5, -5)).toEqual({ x: 0.7, y: 0, width: 0.3, height: 0.3 });
    expect(resized(MIDDLE, 0.1, -0.05)).toEqual({ x: 0.35, y: 0.35, width: 0.4, height: 0.25 });
    expect(resized(MIDDLE, 5, -5)).toEqual({ x: 0.35, y: 0.35, width: 0.65, height: LEAST });
  });

  it("survives the way into an address and back", () => {
    const drawn = between([1 / 3, 0], [1, 2 / 3]);
    expect(drawn && spelt(drawn)).toBe("0.333,0,0.667,0.667");
    expect(read("0.333,0,0.667,0.667")).toEqual(drawn);
    for (const wrong of ["", "1", "0,0,1", "0,0,0,1", "0,0,1,1,1", "0.5,0,0.6,1", "a,0,1,1", "-0.1,0,1,1", "0,0,1e0,1", "0, 0,1,1"])
      expect(read(wrong), wrong).toBeUndefined();
  });
});
