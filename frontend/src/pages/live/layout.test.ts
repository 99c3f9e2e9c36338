import { describe, expect, it } from "vitest";
import { bestColumns, largeOne, nextOne, tileWidth } from "./layout.js";

const DESKTOP = { width: 1200, height: 760 };
const PHONE = { width: 374, height: 640 };

describe("the grid", () => {
  it.each([
    [1, DESKTOP, 1],
    [2, DESKTOP, 2],
    [4, DESKTOP, 2],
    [6, DESKTOP, 3],
    [16, DESKTOP, 4],
    [1, PHONE, 1],
    [2, PHONE, 1],
    [4, PHONE, 2],
  ])("shows %i cameras in %o in %i columns", (count, box, columns) => {
    expect(bestColumns(count, box, 4 / 3, 12, 36)).toBe(columns);
  });

  it("fits the screen while tiles are large enough to see something", () => {
    for (const count of [1, 2, 3, 5, 9, 16]) {
      const columns = bestColumns(count, DESKTOP, 4 / 3, 12, 36);
      const rows = Math.ceil(count / columns);
      const width = tileWidth(count, columns, DESKTOP, 4 / 3, 12, 36);
      expect(width * columns + 12 * (columns - 1)).toBeLessThanOrEqual(DESKTOP.width + 1e-6);
      expect((width * 0.75 + 36) * rows + 12 * (rows - 1)).toBeLessThanOrEqual(DESKTOP.height + 1e-6);
    }
  });

  it.each([
    [20, PHONE, 2],
    [60, PHONE, 2],
    [60, DESKTOP, 7],
    [1, { width: 100, height: 640 }, 1],
  ])("scrolls rather than show nothing: %i cameras in %o fill %i columns", (count, box, columns) => {
    expect(bestColumns(count, box, 4 / 3, 12, 36)).toBe(columns);
    expect(tileWidth(count, columns, box, 4 / 3, 12, 36)).toBeCloseTo((box.width - 12 * (columns - 1)) / columns);
  });
  it("is no larger than the screen where it is low", () => {
    expect(tileWidth(1, 1, { width: 800, height: 120 }, 4 / 3, 12, 36)).toBe(320);
  });
});

describe("one large", () => {
  const cameras = [{ id: "a" }, { id: "b" }, { id: "c" }];
  it("is the chosen one while it is there", () => {
    expect(largeOne(cameras, "b")?.id).toBe("b");
    expect(largeOne(cameras, "gone")?.id).toBe("a");
    expect(largeOne<{ id: string }>([], "a")).toBeUndefined();
  });
  it("goes round", () => {
    expect(nextOne(cameras, "c")).toBe("a");
    expect(nextOne(cameras, "gone")).toBe("a");
    expect(nextOne([], "a")).toBeUndefined();
  });
});
