import { describe, expect, it } from "vitest";
import { FIELDS, mayForget, portFor, settingsFrom, shownIn, switched, type ChannelKind, type Destination } from "./destination-draft.js";

const NTFY: Destination = {
  id: "ada",
  name: "Ada",
  kind: "ntfy",
  language: "fr",
  enabled: true,
  person: "p1",
  settings: { server: "https://ntfy.example" },
  has: ["topic", "token"],
  waiting: 0,
  last_at: null,
  problem: null,
  problem_said: null,
};

const field = (kind: ChannelKind, name: string) => {
  const found = FIELDS[kind].find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};
const settings = (kind: ChannelKind, typed: Record<string, string>, forgotten: string[] = []) =>
  settingsFrom(kind, (name) => typed[name] ?? "", (name) => forgotten.includes(name));

describe("what is shown", () => {
  it("is what is usual of a new one, and what is set of another", () => {
    expect(shownIn(field("ntfy", "server"), undefined)).toBe("https://ntfy.sh");
    expect(shownIn(field("ntfy", "server"), NTFY)).toBe("https://ntfy.example");
    const mail: Destination = { ...NTFY, kind: "mail", settings: { to: ["a@b.c", "d@e.f"], port: 465 } };
    expect(shownIn(field("mail", "to"), mail)).toBe("a@b.c, d@e.f");
    expect(shownIn(field("mail", "port"), mail)).toBe("465");
  });

  it("is never a secret", () => {
    expect(shownIn(field("ntfy", "topic"), { ...NTFY, settings: { topic: "hush" } })).toBe("");
  });
});

describe("what is sent", () => {
  it("is what was typed, as what it is", () => {
    const typed = { host: " smtp.example ", port: "587", security: "starttls", user: "ada", password: " hush ", sender: "a@b.c", to: "a@b.c, d@e.f;g@h.i" };
    expect(settings("mail", typed)).toEqual({
      host: "smtp.example",
      port: 587,
      security: "starttls",
      user: "ada",
      password: " hush ",
      sender: "a@b.c",
      to: ["a@b.c", "d@e.f", "g@h.i"],
    });
  });

  it("leaves secrets that nobody typed where they are, unless they are to go", () => {
    expect(settings("ntfy", { server: "https://ntfy.example" })).toEqual({ server: "https://ntfy.example" });
    expect(settings("ntfy", {}, ["token"])).toEqual({ token: null });
    expect(settings("ntfy", { token: "new" }, ["token"])).toEqual({ token: "new" });
  });

  it("takes the password along with the user", () => {
    expect(settings("mail", { host: "smtp.example" })).toEqual({ host: "smtp.example", user: null, password: null });
  });
});

it("offers to take away what need not be there", () => {
  expect(mayForget(field("ntfy", "token"), NTFY)).toBe(true);
  expect(mayForget(field("ntfy", "topic"), NTFY)).toBe(false);
  expect(mayForget(field("ntfy", "token"), { ...NTFY, has: ["topic"] })).toBe(false);
  expect(mayForget(field("ntfy", "token"), undefined)).toBe(false);
});

it("follows the encryption with the port, unless it is somebody's own", () => {
  expect(portFor("tls", "587")).toBe("465");
  expect(portFor("none", "465")).toBe("25");
  expect(portFor("tls", "2525")).toBe("2525");
});

it("is switched as it is", () => {
  expect(switched(NTFY, false)).toEqual({ name: "Ada", kind: "ntfy", settings: NTFY.settings, language: "fr", person: "p1", enabled: false });
});
