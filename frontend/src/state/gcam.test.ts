import { describe, expect, it } from "vitest";
import { after, gcam } from "./gcam.js";

const hello = (version: string) => ({ type: "hello", version, cameras: [], now: 0, missed: 0, last_id: 0, id: 0, at: 0 }) as never;

describe("what the page knows of Gcam", () => {
  it("is out of date once Gcam is another version, for good", () => {
    const first = after(gcam.value, hello("1.0"), 0);
    const again = after(first, hello("1.0"), 0);
    const updated = after(again, hello("1.1"), 0);
    const still = after(updated, hello("1.1"), 0);
    expect([first, again, updated, still].map(({ outdated }) => outdated)).toEqual([false, false, true, true]);
  });
});
