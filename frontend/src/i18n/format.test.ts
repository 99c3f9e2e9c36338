import { describe, expect, it } from "vitest";
import { dateTime, duration, firstWeekday, locale, relative, tellTimesIn, time } from "./format.js";

describe("days and hours in English", () => {
  const said = (tags: readonly string[]): string =>
    new Intl.DateTimeFormat(locale(tags), { dateStyle: "short", timeStyle: "short", timeZone: "UTC" }).format(Date.UTC(2026, 0, 31, 15, 5));

  it("are as where one lives", () => {
    expect(said(["en-GB", "en"])).toBe("31/01/2026, 15:05");
    expect(said(["en-US"]).replace(/\s/g, " ")).toBe("1/31/26, 3:05 PM");
    expect(said(["de-DE", "de", "en-US", "en"])).toContain("15:05");
    expect(said(["de"])).toContain("15:05");
  });

  it("are no country's in particular where none is named", () => {
    expect(locale(["en"])).toBe("en-GB");
    expect(locale([])).toBe("en-GB");
    expect(locale(["xx-!"])).toBe("en-GB");
  });
});

describe("weeks", () => {
  it("begin as where one lives", () => {
    expect(firstWeekday(["en-GB", "en"])).toBe(1);
    expect(firstWeekday(["en-US"])).toBe(7);
    expect(firstWeekday(["de-DE", "en-US"])).toBe(1); // who reads English in Germany lives in Germany
  });

  it("begin on Monday where the browser can't say", () => {
    expect(firstWeekday(["en-!"])).toBe(1);
  });
});

describe("how far away it is", () => {
  it("is not told shorter than it is", () => {
    expect(relative(86_399.5, 0)).toBe("in 24 hours");
    expect(relative(3_600, 0)).toBe("in 1 hour");
  });

  it("counts what is over", () => {
    expect(relative(0, 119)).toBe("1 minute ago");
    expect(relative(0, 2 * 86_400)).toBe("2 days ago");
  });
});

it("a length is rounded, and nothing that lasted is nothing", () => {
  expect([0, 0.2, 0.5, 1.4, 7, 723, 3723].map(duration)).toEqual(["0:00", "0:01", "0:01", "0:01", "0:07", "12:03", "1:02:03"]);
});

describe("times", () => {
  const NOON = Date.UTC(2026, 6, 1, 12, 0) / 1000;

  it("are those of the house, wherever one looks from", () => {
    tellTimesIn("America/Montreal");
    expect(time(NOON, false)).toMatch(/^0?8:00/);
    tellTimesIn("Europe/Brussels");
    expect(time(NOON, false)).toMatch(/^(14|2):00/);
    expect(dateTime(NOON)).toMatch(/(14|2):00:00/);
    tellTimesIn("");
  });
});
