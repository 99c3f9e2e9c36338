import { beforeAll, describe, expect, it, test } from "vitest";
import type { Mode } from "../../api/guard.js";
import { loadWords, startWords } from "../../i18n/i18n.js";
import { announced } from "./announced.js";
import { armingOf } from "./mode-cards.js";
import { sentencesOf } from "./watched.js";

beforeAll(async () => {
  startWords();
  await loadWords("guard");
});

const NAMES: Record<string, string> = { door: "Door", yard: "Yard" };
const nameOf = (id: string): string => NAMES[id] ?? id;
const mode = (changes: Partial<Mode> = {}): Mode => ({
  id: "away",
  name: "Away",
  cameras: ["door", "yard"],
  watches: [
    { camera_id: "door", zone: null, entry_s: 30 },
    { camera_id: "yard", zone: "Path", entry_s: 0 },
    { camera_id: "yard", zone: "Gate", entry_s: 0 },
  ],
  kinds: ["person", "vehicle", "animal", "unnamed"],
  is_named: true,
  exit_s: 60,
  needs_code: false,
  button: null,
  troubles: [],
  ...changes,
});

describe("what a mode does, before it is armed", () => {
  it("names cameras, zones, and how long there is", () => {
    expect(sentencesOf(mode(), nameOf)).toEqual([
      "Watches Door and Yard (Path and Gate).",
      "Everything that moves counts.",
      "Who comes in by Door has 30 seconds to disarm.",
      "60 seconds to leave.",
    ]);
  });

  it("says which kinds count, and that all do where nobody looks", () => {
    const some = mode({ kinds: ["vehicle", "person"] });
    expect(sentencesOf(some, nameOf)[1]).toBe("Only this counts: person and vehicle.");
    expect(sentencesOf({ ...some, is_named: false }, nameOf)[1]).toContain("there everything counts");
  });

  it("says that there is no time, and that nothing is watched", () => {
    const atOnce = mode({ watches: [{ camera_id: "yard", zone: null, entry_s: 0 }], exit_s: 0 });
    expect(sentencesOf(atOnce, nameOf).slice(2)).toEqual(["Whoever comes in is an alarm at once.", "Armed at once, with no time to leave."]);
    expect(sentencesOf(mode({ watches: [] }), nameOf)).toEqual(["Watches no camera yet."]);
  });

  it("calls a camera with zones by itself where all of it is watched, too", () => {
    const both = mode({ watches: [{ camera_id: "yard", zone: "Path", entry_s: 0 }, { camera_id: "yard", zone: null, entry_s: 0 }] });
    expect(sentencesOf(both, nameOf)[0]).toBe("Watches Yard.");
  });
});

describe("what is asked of Gcam", () => {
  const lost = [{ camera_id: "door", tamper: "lost" }] as const;
  it.each([
    [[], 0, { in_s: 0, skip_delay: false, force: false }],
    [[], -1, { in_s: 0, skip_delay: true, force: false }],
    [[], 15, { in_s: 900, skip_delay: false, force: true }],
    [[...lost], 0, { in_s: 0, skip_delay: false, force: true }],
  ])("%j in %s minutes", (troubles, when, asked) => {
    expect(armingOf({ id: "away", troubles }, when)).toEqual({ mode_id: "away", ...asked });
  });
});

test("a screen reader hears every state once, with how long there is, and an alarm at once", () => {
  const doer = { name: "Ada", via: "page" } as const;
  const guard = { mode: { id: "away", name: "Away" }, doer, entered: null, alarm: null, sounds: false, bypassed: [], planned: null };
  expect(announced({ ...guard, phase: "arming", since: 100, until: 160 }, nameOf)).toEqual({ politely: "Arming, Away. 60 seconds.", atOnce: "" });
  expect(announced({ ...guard, phase: "armed", since: 160, until: null }, nameOf)).toEqual({ politely: "Armed, Away", atOnce: "" });
  expect(announced({ ...guard, phase: "entry", since: 200, until: 230 }, nameOf).atOnce).toBe("Entry, Away. 30 seconds.");
  const cause = { kind: "motion", at: 1, camera_id: "yard", event_id: "e", what: null, tamper: null } as const;
  const alarm = { id: "a", began_at: 1, ended_at: null, causes: [cause], count: 1 };
  expect(announced({ ...guard, phase: "alarm", since: 230, until: null, alarm }, nameOf).atOnce).toBe("Alarm: Yard");
});
