import { describe, expect, it } from "vitest";
import { dayOfKey } from "./days.js";
import { stepOf, ticksOf } from "./ticks.js";

const zone = "Europe/Brussels";
const hour = (at: number): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(at * 1000);

describe("ticks", () => {
  it("are as dense as there is room for", () => {
    const day = dayOfKey("2026-07-01", zone);
    expect(stepOf(day, 1200, 60)).toBe(7200);
    expect(stepOf(day, 350, 60)).toBe(21_600);
    expect(stepOf({ start: day.start, end: day.start + 20 }, 1200, 60)).toBe(1);
  });

  it("stand on round local times", () => {
    const day = dayOfKey("2026-07-01", zone);
    const texts = ticksOf(day, 600, 100, zone).filter(({ labelled }) => labelled);
    expect(texts.map(({ at }) => hour(at))).toEqual(["00:00", "06:00", "12:00", "18:00", "00:00"]);
  });

  it.each(["2026-03-29", "2026-10-25"])("stand on round local times when clocks change on %s", (key) => {
    const day = dayOfKey(key, zone);
    const ticks = ticksOf(day, 1200, 110, zone);
    const texts = ticks.filter(({ labelled }) => labelled).map(({ at }) => hour(at));
    expect(texts.slice(-4)).toEqual(["15:00", "18:00", "21:00", "00:00"]);
    expect(new Set(ticks.map(({ at }) => at)).size).toBe(ticks.length);
  });

  it("begin within the view", () => {
    const ticks = ticksOf({ start: 1000.4, end: 1010 }, 1000, 60, zone);
    expect(ticks[0]?.at).toBe(1001);
    expect(ticks.at(-1)?.at).toBe(1010);
  });
});
