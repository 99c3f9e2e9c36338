import { describe, expect, it } from "vitest";
import { catchUp } from "./h264-feed.js";

describe("the live edge", () => {
  it("is left alone while it is near", () => {
    expect(catchUp(10, 10.5)).toBeUndefined();
  });
  it("is jumped to from far behind, and back to from beyond", () => {
    expect(catchUp(0, 100)).toBeCloseTo(99.8);
    expect(catchUp(12, 11)).toBeCloseTo(10.8);
  });
});
