import { describe, expect, it } from "vitest";
import { Latest } from "./latest.js";

describe("Latest", () => {
  it("wants what was asked last and nothing before", () => {
    const asking = new Latest();
    const first = asking.again().signal;
    const second = asking.again().signal;
    expect([first.aborted, second.aborted]).toEqual([true, false]);
    expect(asking.signal).toBe(second);
  });

  it("wants nothing once it has ended, until something is asked again", () => {
    const asking = new Latest();
    const before = asking.again().signal;
    asking.end();
    expect(before.aborted).toBe(true);
    expect(asking.again().signal.aborted).toBe(false);
  });
});
