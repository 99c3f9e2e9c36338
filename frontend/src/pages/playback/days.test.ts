import { describe, expect, it } from "vitest";
import { atClock, clockOf, dayOf, dayOfKey, isKey, keyOf, monthKeys, shifted, shiftedMonth } from "./days.js";

const at = (iso: string): number => Date.parse(iso) / 1000;
const hours = (key: string, zone: string): number => {
  const { start, end } = dayOfKey(key, zone);
  return (end - start) / 3600;
};

describe("a day", () => {
  it("begins at the zone's midnight", () => {
    expect(dayOfKey("2026-07-01", "Europe/Brussels")).toEqual({
      key: "2026-07-01",
      start: at("2026-06-30T22:00:00Z"),
      end: at("2026-07-01T22:00:00Z"),
    });
  });

  it("has 23 hours when summer time begins and 25 when it ends", () => {
    expect(hours("2026-03-29", "Europe/Brussels")).toBe(23);
    expect(hours("2026-10-25", "Europe/Brussels")).toBe(25);
    expect(hours("2026-11-01", "America/Montreal")).toBe(25);
  });

  it("begins at 1:00 where 0:00 is skipped", () => {
    const { start } = dayOfKey("2026-09-06", "America/Santiago");
    expect(start).toBe(at("2026-09-06T04:00:00Z"));
    expect(hours("2026-09-06", "America/Santiago")).toBe(23);
    expect(hours("2026-09-05", "America/Santiago")).toBe(24);
  });

  it("begins at the first of two 0:00", () => {
    expect(hours("2026-10-25", "Atlantic/Azores")).toBe(25);
    expect(hours("2026-10-24", "Atlantic/Azores")).toBe(24);
  });

  it("contains its moments", () => {
    expect(keyOf(at("2026-06-30T21:59:59.9Z"), "Europe/Brussels")).toBe("2026-06-30");
    expect(dayOf(at("2026-06-30T22:00:00Z"), "Europe/Brussels").key).toBe("2026-07-01");
    expect(keyOf(at("2026-06-30T22:00:00Z"), "Asia/Kolkata")).toBe("2026-07-01");
  });

  it("joins its neighbours for a whole year", () => {
    let day = dayOfKey("2026-01-01", "Europe/Paris");
    for (let number = 0; number < 365; number += 1) {
      const next = dayOfKey(shifted(day.key, 1), "Europe/Paris");
      expect(next.start).toBe(day.end);
      day = next;
    }
    expect(day.key).toBe("2027-01-01");
  });
});

describe("keys", () => {
  it("are dates that exist", () => {
    expect(isKey("2026-11-21")).toBe(true);
    expect(isKey("2026-02-30")).toBe(false);
    expect(isKey("yesterday")).toBe(false);
  });

  it("make a month of whole weeks from Monday on", () => {
    const keys = monthKeys("2026-11");
    expect(keys[0]).toBe("2026-10-26");
    expect(keys.at(-1)).toBe("2026-12-06");
    expect(keys).toHaveLength(42);
    expect(monthKeys("2027-02")).toHaveLength(28);
  });

  it("make weeks that begin on Sunday or Saturday where people's do", () => {
    expect(monthKeys("2026-11", 7)[0]).toBe("2026-11-01");
    expect(monthKeys("2026-11", 6)[0]).toBe("2026-10-31");
    expect(monthKeys("2026-11", 7)).toHaveLength(35);
  });

  it("go on over the year's end", () => {
    expect(shiftedMonth("2026-12", 1)).toBe("2027-01");
    expect(shiftedMonth("2026-01", -1)).toBe("2025-12");
    expect(shifted("2026-01-01", -1)).toBe("2025-12-31");
  });
});

describe("the clock's time", () => {
  it.each(["2026-07-01", "2026-03-29", "2026-10-25"])("leads to the moment and back on %s", (key) => {
    const day = dayOfKey(key, "Europe/Brussels");
    for (const clock of ["00:00:00", "07:03:09", "23:59:59"]) {
      const found = atClock(day, clock, "Europe/Brussels");
      expect(found).toBeDefined();
      expect(clockOf(found ?? 0, "Europe/Brussels")).toBe(clock);
    }
  });

  it("may leave out seconds and must be a time", () => {
    const day = dayOfKey("2026-07-01", "UTC");
    expect(atClock(day, "01:00", "UTC")).toBe(day.start + 3600);
    for (const text of ["", "24:00", "1:00", "noon"]) expect(atClock(day, text, "UTC")).toBeUndefined();
  });
});
