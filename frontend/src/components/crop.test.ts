import { describe, expect, it } from "vitest";
import { cropOf } from "./crop.js";

const VGA = { width: 640, height: 480 };
const FULL_HD = { width: 1920, height: 1080 };

describe("the part of a picture that shows a thing", () => {
  it("is around it, with some of what is beside it", () => {
    const crop = cropOf({ x: 0.4, y: 0.2, width: 0.2, height: 0.4 }, VGA, 4 / 3);
    expect(crop.width).toBeCloseTo(0.68);
    expect(crop.height).toBeCloseTo(0.68);
    expect(crop.x + crop.width / 2).toBeCloseTo(0.5);
    expect(crop.y + crop.height / 2).toBeCloseTo(0.4);
  });

  it("has the shape that is wanted, and stays in the picture, whatever shape that has", () => {
    for (const size of [VGA, FULL_HD, { width: 480, height: 640 }])
      for (const box of [{ x: 0, y: 0, width: 0.1, height: 0.1 }, { x: 0.9, y: 0.8, width: 0.1, height: 0.2 }, { x: 0, y: 0, width: 1, height: 1 }]) {
        const { x, y, width, height } = cropOf(box, size, 4 / 3);
        expect((width * size.width) / (height * size.height)).toBeCloseTo(4 / 3);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(1 + 1e-9);
      }
  });

  it("of something tiny is not a blur", () => {
    expect(cropOf({ x: 0.5, y: 0.5, width: 0.01, height: 0.02 }, VGA, 4 / 3).width).toBeCloseTo(0.35);
  });
});
