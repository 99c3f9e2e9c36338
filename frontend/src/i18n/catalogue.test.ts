import { describe, expect, it } from "vitest";
import { Catalogue } from "./catalogue.js";

const english = new Catalogue("en");
english.add("page", {
  plain: "Said",
  kind: { motion: "Motion" },
  seen: "{{name}} saw {{what}}",
  days_one: "{{count}} day",
  days_other: "{{count}} days",
  waits_zero: "None waits",
  waits_one: "One waits",
  waits_other: "{{count}} wait",
});
const french = new Catalogue("fr");
french.add("page", { days_one: "{{count}} jour", days_other: "{{count}} jours", sure: "Vraiment : « {{name}} » ? {{score}} % ; oui !" });

describe("a catalogue", () => {
  it("says texts by key, also those below others", () => {
    expect(english.say("page", "plain")).toBe("Said");
    expect(english.say("page", "kind.motion")).toBe("Motion");
  });

  it("counts as the language does, and says none where there is a text for it", () => {
    expect([0, 1, 2].map((count) => english.say("page", "days", { count }))).toEqual(["0 days", "1 day", "2 days"]);
    expect([0, 1.5, 2, 1_000_000].map((count) => french.say("page", "days", { count }))).toEqual(["0 jour", "1.5 jour", "2 jours", "1000000 jours"]);
    expect([0, 1, 2].map((count) => english.say("page", "waits", { count }))).toEqual(["None waits", "One waits", "2 wait"]);
  });

  it("leaves the spaces that French does, in its own texts alone", () => {
    const said = french.say("page", "sure", { name: "Porte : nord", score: 4 });
    expect(said).toBe("Vraiment\u202f: «\u202fPorte : nord\u202f»\u202f? 4\u202f%\u202f; oui\u202f!");
    expect(english.say("page", "seen", { name: "A :", what: "b ?" })).toBe("A : saw b ?");
  });

  it("puts values in as they are, and nothing where there is none", () => {
    expect(english.say("page", "seen", { name: "{{what}} <b>$1", what: 3 })).toBe("{{what}} <b>$1 saw 3");
    expect(english.say("page", "seen", { name: "Ann" })).toBe("Ann saw ");
  });

  it("says the key of what it does not know", () => {
    expect(english.say("page", "kind")).toBe("kind");
    expect(english.say("page", "toString")).toBe("toString");
    expect(english.say("other", "plain")).toBe("plain");
    expect(english.has("page", "kind.motion")).toBe(true);
    expect(english.has("page", "kind")).toBe(false);
  });
});
