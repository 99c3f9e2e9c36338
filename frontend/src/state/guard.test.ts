import { describe, expect, it, test } from "vitest";
import { isUrgent, secondsLeft } from "./guard.js";

describe("how long there is", () => {
  it.each([
    [100.0, 70.0, 30],
    [100.0, 70.2, 30],
    [100.0, 99.9, 1],
    [100.0, 100.0, 0],
    [100.0, 130.0, 0],
    [null, 70.0, undefined],
  ])("until %s at %s: %s", (until, now, left) => {
    expect(secondsLeft(until, now)).toBe(left);
  });
});

test("an alarm that nobody has acknowledged is to be known of everywhere, a guard that stands armed is not", () => {
  const alarm = { id: "a", began_at: 1, ended_at: 2, causes: [], count: 1 };
  expect(isUrgent({ phase: "armed", alarm: null })).toBe(false);
  expect(isUrgent({ phase: "disarmed", alarm })).toBe(true);
  expect(isUrgent({ phase: "entry", alarm: null })).toBe(true);
});
