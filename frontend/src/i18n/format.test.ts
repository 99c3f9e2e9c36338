import { describe, expect, it } from "vitest";
import { firstWeekday } from "./format.js";

describe("weeks", () => {
  it("begin as where one lives", () => {
    expect(firstWeekday(["en-GB", "en"])).toBe(1);
    expect(firstWeekday(["en-US"])).toBe(7);
    expect(firstWeekday(["de-DE", "en-US"])).toBe(7); // of the page's language
  });

  it("begin on Monday where the browser can't say", () => {
    expect(firstWeekday(["en-!"])).toBe(1);
  });
});
