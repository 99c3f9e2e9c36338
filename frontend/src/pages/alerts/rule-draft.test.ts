import { describe, expect, it } from "vitest";
import { idOf, newRule, offered, ofCameras, ruleFrom, says, turned, type Names, type Rule } from "./rule-draft.js";

const RULE: Rule = {
  id: "r",
  name: "Door",
  enabled: true,
  topics: ["motion", "lost"],
  to: ["ada"],
  armed: false,
  modes: [],
  quiet: null,
  cameras: [],
  kinds: [],
  zones: [],
  picture: true,
  clip: true,
  importance: "normal",
  at_most_every_s: 60,
  lost_after_s: 300,
};

const NAMES: Names = {
  camera: (id) => id.toUpperCase(),
  destination: () => "Ada",
  mode: (id) => `mode ${id}`,
  kind: (kind) => kind,
  list: (items) => items.join(" & "),
  t: (key, values) => (values ? `${key} ${Object.values(values).join("-")}` : key),
};

function form(fields: Record<string, string | string[]>): FormData {
  const data = new FormData();
  for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) data.append(name, value);
  return data;
}

const FILLED = { name: " Door ", topics: ["motion"], to: ["ada", "bo"], importance: "urgent", at_most_every_s: "300", lost_after_s: "60", when: "always" };

describe("a rule's sentence", () => {
  it("says what, of which cameras and to whom", () => {
    expect(says(RULE, NAMES)).toBe("topic.motion & topic.lost · every_camera → Ada");
  });

  it("says every limit", () => {
    const narrow: Rule = { ...RULE, cameras: ["door"], kinds: ["person"], zones: ["Path"], armed: true, modes: ["away"], quiet: { start: "22:00", end: "07:00" } };
    expect(says(narrow, NAMES)).toBe("topic.motion & topic.lost · DOOR · person · in_zones Path · while_in mode away · quiet_from 22:00-07:00 → Ada");
    expect(says({ ...narrow, modes: [] }, NAMES)).toContain("· while_armed ·");
  });

  it("leaves out what does not count", () => {
    expect(says({ ...RULE, topics: ["storage"], cameras: ["door"], kinds: ["person"] }, NAMES)).toBe("topic.storage → Ada");
    expect(says({ ...RULE, topics: ["lost"], kinds: ["person"], zones: ["Path"] }, NAMES)).toBe("topic.lost · every_camera → Ada");
  });
});

describe("what a form says of a rule", () => {
  it("is all of it", () => {
    const fields = { ...FILLED, cameras: "door", kinds: ["person", "animal"], zones: "Path", quiet_start: "22:00", quiet_end: "07:00", picture: "on" };
    expect(ruleFrom(form(fields), false)).toEqual({
      name: "Door",
      enabled: false,
      topics: ["motion"],
      to: ["ada", "bo"],
      cameras: ["door"],
      kinds: ["person", "animal"],
      zones: ["Path"],
      armed: false,
      modes: [],
      quiet: { start: "22:00", end: "07:00" },
      picture: true,
      clip: false,
      importance: "urgent",
      at_most_every_s: 300,
      lost_after_s: 60,
    });
  });

  it("names modes only while it counts that one is armed", () => {
    expect(ruleFrom(form({ ...FILLED, modes: "away" }), true).modes).toEqual([]);
    const armed = ruleFrom(form({ ...FILLED, when: "armed", modes: "away" }), true);
    expect([armed.armed, armed.modes]).toEqual([true, ["away"]]);
  });

  it("has no quiet hours of which one end is missing", () => {
    expect(ruleFrom(form({ ...FILLED, quiet_start: "22:00", quiet_end: "" }), true).quiet).toBeNull();
  });
});

describe("a rule", () => {
  it("is switched without its id, which is the address", () => {
    const off = turned(RULE, false);
    expect(off.enabled).toBe(false);
    expect(off).not.toHaveProperty("id");
    expect({ ...off, id: "r", enabled: true }).toEqual(RULE);
  });

  it("begins with motion", () => {
    expect(newRule(["ada"])).toEqual({ name: "", topics: ["motion"], to: ["ada"] });
  });

  it("keeps what was chosen and is gone", () => {
    expect(offered(["a", "b"], ["b", "gone"])).toEqual(["a", "b", "gone"]);
  });

  it("is of cameras or not", () => {
    expect(ofCameras(["storage", "lost"])).toBe(true);
    expect(ofCameras(["storage", "channel"])).toBe(false);
  });
});

describe("an id", () => {
  it.each([
    ["Ada’s phone", [], "ada-s-phone"],
    ["Téléphone d’été", [], "telephone-d-ete"],
    ["Ada’s phone", ["ada-s-phone", "ada-s-phone-2"], "ada-s-phone-3"],
    ["携帯", [], "alert"],
    ["x".repeat(80), [], "x".repeat(40)],
  ])("of %s is plain and nobody else's", (name, taken, id) => {
    expect(idOf(name, taken)).toBe(id);
  });
});
