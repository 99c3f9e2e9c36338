import { describe, expect, it } from "vitest";
import { lasting, outlookOf, sharesOf, type Disk } from "./disk-words.js";

const GB = 1e9;

function disk(changes: Partial<Disk> = {}, forecast: Partial<NonNullable<Disk["forecast"]>> = {}): Disk {
  return {
    total_bytes: 100 * GB,
    free_bytes: 40 * GB,
    clips_bytes: 25 * GB,
    clips: 9,
    unfinished: 0,
    problem: null,
    problem_said: null,
    problem_code: null,
    notice: null,
    notice_said: null,
    silent_s: 0,
    keep_days: 30,
    max_bytes: null,
    min_free_bytes: GB,
    forecast: {
      oldest_at: 1,
      bytes_per_day: GB,
      measured_s: 86_400,
      days_until_full: 39,
      days_kept: 64,
      limited_by: "space",
      ...forecast,
    },
    ...changes,
  };
}

describe("the disk's bar", () => {
  it("is 100 together", () => {
    expect(sharesOf(disk())).toEqual({ recordings: 25, others: 35, free: 40 });
  });

  it("stays within the bar whatever is said", () => {
    expect(sharesOf(disk({ clips_bytes: 90 * GB }))).toEqual({ recordings: 60, others: 0, free: 40 });
    expect(sharesOf(disk({ total_bytes: 0, free_bytes: 0, clips_bytes: 0 }))).toEqual({ recordings: 0, others: 100, free: 0 });
  });
});

describe("the outlook", () => {
  it("tells when room runs out and how far back recordings reach", () => {
    expect(outlookOf(disk())).toEqual({ key: "by_space", days: 64, until: 39 });
    expect(outlookOf(disk({}, { days_until_full: 0 }))).toEqual({ key: "by_space_now", days: 64 });
  });

  it("tells of age where there is room enough", () => {
    expect(outlookOf(disk({}, { limited_by: "age", days_until_full: null, days_kept: 30 }))).toEqual({ key: "by_age", days: 30 });
  });

  it("says so where nothing is known yet", () => {
    expect(outlookOf(disk({}, { bytes_per_day: null, days_kept: null }))).toEqual({ key: "too_early" });
    expect(outlookOf(disk({}, { oldest_at: null }))).toEqual({ key: "nothing" });
    expect(outlookOf(disk({ forecast: null }))).toEqual({ key: "nothing" });
  });

  it("counts hours where days would be too coarse", () => {
    expect(lasting(0.5)).toEqual({ value: 12, unit: "hour" });
    expect(lasting(8.4)).toEqual({ value: 8, unit: "day" });
  });
});
