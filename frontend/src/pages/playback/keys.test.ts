import { describe, expect, it } from "vitest";
import { commandOf, isElsewhere, KEYS } from "./keys.js";

const press = (key: string, more = {}) => commandOf({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more });

describe("keys", () => {
  it("mean what the help says", () => {
    expect(press(" ")).toBe("toggle");
    expect(press("N", { shiftKey: true })).toBe("next");
    expect(press("ArrowLeft")).toBe("back");
    expect(press("ArrowLeft", { shiftKey: true })).toBe("back_far");
    expect(press("=")).toBe("zoom_in");
    expect(press("?", { shiftKey: true })).toBe("help");
  });

  it("leave the browser's own alone", () => {
    expect(press("f", { ctrlKey: true })).toBeUndefined();
    expect(press("ArrowLeft", { altKey: true })).toBeUndefined();
    expect(press("x")).toBeUndefined();
  });

  it("that write something can be switched off", () => {
    const held = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
    const left = KEYS.map(([key]) => key).filter((key) => !key.startsWith("Shift+") && commandOf({ ...held, key }, false));
    expect(left).toEqual([" ", "ArrowRight", "ArrowLeft", "Delete"]);
  });

  it("are each used once", () => {
    expect(new Set(KEYS.map(([key]) => key)).size).toBe(KEYS.length);
  });

  it("do nothing where one types, and space presses the button it is on", () => {
    const input = document.createElement("input");
    const button = document.createElement("button");
    expect(isElsewhere([input, document.body], "n")).toBe(true);
    expect(isElsewhere([button], " ")).toBe(true);
    expect(isElsewhere([button], "n")).toBe(false);
    expect(isElsewhere([document.body, window], " ")).toBe(false);
  });
});
