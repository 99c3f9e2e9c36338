import { describe, expect, it, test } from "vitest";
import { added, draftOf, gone, idOf, momentOf, needsPlace, newWindow, textOf, toggled, watched, watchOf, withMode, withoutMode, type Draft, type ModeDraft } from "./draft.js";

const away: ModeDraft = {
  id: "away",
  name: "Away",
  watches: [
    { camera_id: "door", zone: null, entry_s: 30 },
    { camera_id: "yard", zone: "Path", entry_s: 0 },
  ],
  kinds: ["person", "vehicle", "animal", "unnamed"],
  exit_s: 60,
  alarm_s: 180,
  loss_s: 60,
  needs_code: false,
  lamps: false,
};
const draft: Draft = { modes: [away], windows: [{ mode_id: "away", days: [0], begin: "08:00", end: "17:00" }], place: null };

test("what the API may leave out is what Gcam takes for it", () => {
  const { modes } = draftOf({ ...draft, modes: [{ id: "away", name: "Away", watches: [{ camera_id: "door" }], alarm_s: null }], windows: [], codes: [] });
  expect(modes).toEqual([{ ...away, alarm_s: null, watches: [{ camera_id: "door", zone: null, entry_s: 0 }] }]);
});

describe("what is watched", () => {
  it("is a camera or a zone of it, each with its own delay", () => {
    const more = watched(away, "yard", "Gate", 20);
    expect(watchOf(more, "yard", "Gate")?.entry_s).toBe(20);
    expect(watchOf(more, "yard", "Path")?.entry_s).toBe(0);
    expect(watchOf(more, "yard", null)).toBeUndefined();
  });

  it("keeps its order where only the delay changes, and forgets what is not watched any more", () => {
    expect(watched(away, "door", null, 45).watches.map(({ entry_s }) => entry_s)).toEqual([45, 0]);
    expect(watched(away, "door", null, undefined).watches).toEqual([away.watches[1]]);
  });

  it("tells what is not there any more", () => {
    expect(gone(away, new Map([["door", []], ["yard", ["Path"]]]))).toEqual([]);
    expect(gone(away, new Map([["door", []], ["yard", []]]))).toEqual([away.watches[1]]);
    expect(gone(away, new Map([["yard", ["Path"]]]))).toEqual([away.watches[0]]);
  });
});

test.each([
  ["Été à la mer", [], "ete_a_la_mer"],
  ["Away", ["away", "away_2"], "away_3"],
  ["!!", [], "mode"],
  ["Summer ".repeat(20), [], "summer_summer_summer_summer_summer_summe"],
])("%s, beside %j, is called %s", (name, taken, id) => {
  expect(idOf(name, taken)).toBe(id);
});

test("a mode that goes takes its windows along; one more has its own id", () => {
  expect(withoutMode(added(draft, "Holiday"), "away")).toMatchObject({ modes: [{ id: "holiday" }], windows: [] });
  expect(withMode(draft, { ...away, name: "Gone" }).modes[0]?.name).toBe("Gone");
});

describe("moments", () => {
  it.each(["22:30", "sunset", "sunrise", "sunset-15", "sunrise+90"])("%s is read and written as it was", (text) => {
    expect(textOf(momentOf(text))).toBe(text);
  });

  it("of the sun are whole minutes within what Gcam takes", () => {
    expect(textOf({ by: "sunset", minutes: -14.6 })).toBe("sunset-15");
    expect(textOf({ by: "sunset", minutes: 4000 })).toBe("sunset+999");
  });

  it("of the sun need a place", () => {
    expect(needsPlace(draft)).toBe(false);
    expect(needsPlace({ ...draft, windows: [{ ...newWindow(draft), end: "sunrise+10" }] })).toBe(true);
  });
});

test("days are those of a week, in their order", () => {
  expect(toggled([0, 3], 1)).toEqual([0, 1, 3]);
  expect(toggled([0, 3], 3)).toEqual([0]);
});
