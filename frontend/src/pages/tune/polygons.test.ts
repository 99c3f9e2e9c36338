import { describe, expect, it } from "vitest";
import { centre, fresh, inside, middle, moved, split, turned, withCorner, withoutCorner, type Polygon } from "./polygons.js";

const square: Polygon = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];

describe("polygons", () => {
  it("begins inside the picture, each elsewhere", () => {
    expect(fresh(0)).not.toEqual(fresh(1));
    for (let already = 0; already < 12; already += 1)
      for (const [x, y] of fresh(already)) {
        expect(x).toBeGreaterThan(0);
        expect(y).toBeLessThan(1);
      }
  });

  it("keeps a corner that is dragged outside at the edge", () => {
    expect(withCorner(square, 1, [1.4, -0.2])[1]).toEqual([1, 0]);
    expect(inside([-1, 0.5])).toEqual([0, 0.5]);
  });

  it("adds a corner in the middle of an edge, also of the last one", () => {
    expect(split(square, 0)[1]).toEqual([0.4, 0.2]);
    expect(split(square, 3)[4]).toEqual([0.2, 0.4]);
    expect(middle(square, 3)).toEqual([0.2, 0.4]);
  });

  it("never has fewer than three corners, nor more than a hundred", () => {
    const triangle = withoutCorner(square, 0);
    expect(triangle).toHaveLength(3);
    expect(withoutCorner(triangle, 0)).toBe(triangle);
    let many = square;
    for (let turn = 0; turn < 200; turn += 1) many = split(many, 0);
    expect(many).toHaveLength(100);
  });

  it("stops at the picture's edge and keeps its shape", () => {
    expect(moved(square, 1, -1)).toEqual([
      [0.6, 0],
      [1, 0],
      [1, 0.4],
      [0.6, 0.4],
    ]);
  });

  it("turns clockwise; four turns are none", () => {
    expect(turned([[0, 0]])).toEqual([[1, 0]]);
    expect(turned([[0.9, 0.1]])).toEqual([[0.9, 0.9]]);
    expect(turned(turned(turned(turned(square))))).toEqual(square);
  });

  it("has its middle", () => {
    expect(centre(square)[0]).toBeCloseTo(0.4);
  });
});
