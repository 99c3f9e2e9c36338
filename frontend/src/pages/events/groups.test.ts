import { describe, expect, it } from "vitest";
import { asReviewed, byDay, lasted, merged, stillNew, withNewest, type Entry } from "./groups.js";

function entry(id: number, started_at: number, changes: Partial<Entry> = {}): Entry {
  return {
    id,
    kind: "motion",
    camera_id: "door",
    camera_name: "Door",
    started_at,
    ended_at: started_at + 5,
    score: 1,
    reason: "",
    reason_said: null,
    code: null,
    zones: [],
    clip_id: null,
    times: 1,
    picture: false,
    what: null,
    named: [],
    reviewed_at: null,
    reviewed_by: null,
    ...changes,
  };
}

describe("events", () => {
  it("are grouped by the days of the house, wherever somebody looks from", () => {
    const late = Date.UTC(2026, 10, 21, 23, 30) / 1000;
    for (const [zone, days] of [
      ["UTC", ["21 November 2026", "20 November 2026"]],
      ["Asia/Tokyo", ["22 November 2026", "21 November 2026"]],
      ["America/Los_Angeles", ["21 November 2026", "20 November 2026"]],
    ] as const) {
      const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: zone });
      const groups = byDay([entry(3, late), entry(2, late - 3600), entry(1, late - 86_400)], (at) => format.format(at * 1000));
      expect(groups.map(({ day, entries }) => [day, entries.length])).toEqual([
        [days[0], 2],
        [days[1], 1],
      ]);
    }
  });

  it("of one day are in the order in which they came", () => {
    const groups = byDay([entry(3, 90), entry(2, 80), entry(1, -10)], (at) => (at < 0 ? "before" : "after"));
    expect(groups.map(({ entries }) => entries.map(({ id }) => id))).toEqual([[3, 2], [1]]);
  });

  it("are replaced by what is known better, and kept in order", () => {
    const known = [entry(2, 20), entry(1, 10)];
    const newest = [entry(3, 30), entry(2, 20, { clip_id: "c" })];
    const all = merged(newest, known);
    expect(all.map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(all[1]?.clip_id).toBe("c");
  });

  it("stay the very same where nothing changed, so that nothing is rendered again", () => {
    const known = [entry(2, 20), entry(1, 10)];
    const all = merged([entry(2, 20), entry(1, 10, { times: 2 })], known);
    expect(all[0]).toBe(known[0]);
    expect(all[1]?.times).toBe(2);
  });

  it("are begun anew where more came than one page holds", () => {
    const known = [entry(2, 20), entry(1, 10)];
    const missedSome = [entry(9, 90), entry(8, 80)];
    expect(withNewest(missedSome, known, 2).map(({ id }) => id)).toEqual([9, 8]);
    expect(withNewest(missedSome, known, 3).map(({ id }) => id)).toEqual([9, 8, 2, 1]);
    expect(withNewest([entry(3, 30), entry(2, 20)], known, 2).map(({ id }) => id)).toEqual([3, 2, 1]);
  });

  it("leave the list of new ones when somebody looked at them elsewhere, and stay when it was here", () => {
    const known = [entry(4, 40), entry(3, 30, { reviewed_at: 50 }), entry(2, 20), entry(1, 10)];
    expect(stillNew([entry(4, 40), entry(2, 20)], known, 2).map(({ id }) => id)).toEqual([4, 3, 2, 1]);
    expect(stillNew([entry(4, 40), entry(1, 10)], known, 2).map(({ id }) => id)).toEqual([4, 3, 1]);
    expect(stillNew([], known, 2).map(({ id }) => id)).toEqual([3]);
  });

  it("are looked at up to the newest that was seen", () => {
    const marked = asReviewed([entry(3, 30), entry(2, 20), entry(1, 10, { reviewed_at: 5, reviewed_by: "Ada" })], 2, 99, "Bob");
    expect(marked.map(({ reviewed_at, reviewed_by }) => [reviewed_at, reviewed_by])).toEqual([[null, null], [99, "Bob"], [5, "Ada"]]);
  });

  it("last until they end, or until now", () => {
    expect(lasted(entry(1, 10), 100)).toBe(5);
    expect(lasted(entry(1, 10, { ended_at: null }), 100)).toBe(90);
  });
});
