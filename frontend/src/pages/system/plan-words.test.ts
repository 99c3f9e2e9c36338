import { describe, expect, it } from "vitest";
import { filled, judgementOf, queryOf, sizeChoices, sizeName, type Need } from "./plan-words.js";

function need(share: number | null, remedy: string | null = null): Need {
  return { resource: "disk", share, remedy, remedy_said: null };
}

function form(values: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
}

describe("what is asked", () => {
  it("is what is filled in", () => {
    expect(queryOf(form({ cameras: "8", size: "VGA", fps: "12.5", days: "", recorded: "0" }))).toEqual({
      cameras: 8,
      size: "VGA",
      fps: 12.5,
      recorded: 0,
    });
  });

  it("leaves out what is no number", () => {
    expect(queryOf(form({ cameras: "many", price: " " }))).toEqual({});
  });
});

describe("a size", () => {
  it("has the name its owners use", () => {
    expect(sizeName({ width: 1600, height: 1200 })).toBe("UXGA");
    expect(sizeName({ width: 641, height: 480 })).toBe("641x480");
  });

  it("is among the choices also without a name", () => {
    expect(sizeChoices({ width: 641, height: 480 })[0]).toBe("641x480");
    expect(sizeChoices({ width: 640, height: 480 })).not.toContain("640x480");
  });
});

describe("a need", () => {
  it("is judged by its remedy, and by what there is", () => {
    expect(judgementOf(need(0.9))).toBe("ok");
    expect(judgementOf(need(0.9, "more"))).toBe("warning");
    expect(judgementOf(need(1.1, "more"))).toBe("problem");
    expect(judgementOf(need(null, "more"))).toBe("warning");
  });

  it("fills its bar and no more", () => {
    expect(filled(need(0.25))).toBe(25);
    expect(filled(need(7))).toBe(100);
    expect(filled(need(null))).toBe(0);
  });
});
