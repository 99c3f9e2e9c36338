import { expect, test } from "vitest";
import { curveOf, factsOf, lasted } from "./board-health.js";

const HEALTH = {
  at: 0,
  uptime_s: 7500,
  boots: 3,
  reset: "brownout",
  heap_free: 96 * 1024,
  heap_largest: 45 * 1024,
  rssi_dbm: -61,
  psram_free: null,
  taken: 10,
  sent: 9,
  id: null,
  skipped: 1,
};

test("the signal's curve goes from the oldest to the newest, the strongest at the top", () => {
  const samples = [HEALTH, { ...HEALTH, at: 30, rssi_dbm: null }, { ...HEALTH, at: 60, rssi_dbm: -95 }, { ...HEALTH, at: 120, rssi_dbm: -20 }];
  expect(curveOf(samples, 240, 60)).toBe("0.0,26.0 120.0,60.0 240.0,0.0");
  expect(curveOf([HEALTH], 240, 60)).toBeUndefined();
});

test("what a board does not have is left out", () => {
  const facts = factsOf({ newest: HEALTH, samples: [HEALTH], restarts: { brownout: 2 }, troubles: [] }, HEALTH);
  expect(facts.map(([name]) => name)).toEqual(["signal", "uptime", "restarts", "heap", "pictures"]);
  expect(Object.fromEntries(facts)["restarts"]).toMatch(/^2/);
});

test("how long it runs is told by what matters", () => {
  expect([59, 3600, 200_000].map(lasted)).toHaveLength(3);
  expect(new Set([59, 3600, 200_000].map(lasted)).size).toBe(3);
});
