import { describe, expect, it } from "vitest";
import { clipOf } from "../../media/clip.fixture.js";
import { hoursOf } from "./hours.js";

const at = (iso: string): number => Date.parse(iso) / 1000;
const clips = (...times: string[]) => times.map((time) => clipOf(at(time), at(time) + 5));

describe("hours", () => {
  it("hold the recordings that began in them, newest first", () => {
    const hours = hoursOf(clips("2026-07-01T10:01:00Z", "2026-07-01T10:59:59Z", "2026-07-01T12:00:00Z"), "Europe/Paris");
    expect(hours.map(({ start }) => start)).toEqual([at("2026-07-01T12:00:00Z"), at("2026-07-01T10:00:00Z")]);
    expect(hours[1]?.clips.map(({ started_at }) => started_at)).toEqual([at("2026-07-01T10:59:59Z"), at("2026-07-01T10:01:00Z")]);
  });

  it("begin at local full hours, also in zones half an hour off", () => {
    expect(hoursOf(clips("2026-07-01T10:45:00Z"), "Asia/Kolkata")[0]?.start).toBe(at("2026-07-01T10:30:00Z"));
  });

  it("keep summer time's repeated hour apart", () => {
    const hours = hoursOf(clips("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"), "Europe/Paris");
    expect(hours).toHaveLength(2);
  });

  it("are none for no recordings", () => {
    expect(hoursOf([], "UTC")).toEqual([]);
  });
});
