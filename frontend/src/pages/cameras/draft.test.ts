import { describe, expect, it } from "vitest";
import { BLANK, changesOf, draftOf, settingsOf } from "./draft.js";

const before = { ...BLANK, name: "Door", url: "http://cam/stream", username: "me", hasPassword: true };

describe("a camera's form", () => {
  it("sends nothing where nothing changed, and never an empty password", () => {
    expect(changesOf(before, before)).toBeUndefined();
    expect(changesOf({ ...before, name: " Door " }, before)).toBeUndefined();
  });

  it("sends only what changed", () => {
    expect(changesOf({ ...before, name: "Gate" }, before)).toEqual({ name: "Gate" });
    expect(changesOf({ ...before, preRoll_s: 9, keepDays: 7 }, before)).toEqual({
      recording: { pre_roll_s: 9, keep_days: 7 },
    });
    expect(changesOf({ ...before, keepDays: undefined }, { ...before, keepDays: 7 })).toEqual({ recording: { keep_days: null } });
    expect(changesOf({ ...before, verifyTls: false }, before)).toEqual({ source: { verify_tls: false } });
    expect(changesOf({ ...before, password: "new" }, before)).toEqual({ password: "new" });
  });

  it("takes the password away with the user name", () => {
    expect(changesOf({ ...before, username: "" }, before)).toEqual({ username: null, password: null });
  });

  it("makes a new camera of name, address and what differs from the defaults", () => {
    const draft = { ...BLANK, name: "Shed ", url: "http://cam/", username: "me", password: "pw", mode: "continuous" as const };
    expect(settingsOf(draft)).toEqual({
      name: "Shed",
      url: "http://cam/",
      username: "me",
      password: "pw",
      recording: { mode: "continuous" },
    });
  });

  it("adds a second address, and takes it away", () => {
    const draft = { ...BLANK, name: "Yard", url: "rtsp://cam/small", url_hd: " rtsp://cam/large" };
    expect(settingsOf(draft)).toEqual({ name: "Yard", url: "rtsp://cam/small", url_hd: "rtsp://cam/large" });
    const stored = { ...draft, url_hd: "rtsp://cam/large" };
    expect(changesOf(draft, stored)).toBeUndefined();
    expect(changesOf({ ...stored, url_hd: "" }, stored)).toEqual({ url_hd: null });
  });

  it("shows what is stored", () => {
    const camera = { name: "Door", source: { verify_tls: false }, rotation: 90, privacy: true, detection: { sensitivity: 70 }, recording: { mode: "off" } };
    const connection = { url: "http://cam", username: null, has_password: false, url_hd: null };
    const draft = draftOf(camera as unknown as Parameters<typeof draftOf>[0], connection);
    expect(draft).toMatchObject({ name: "Door", rotation: 90, privacy: true, sensitivity: 70, mode: "off", username: "", verifyTls: false });
  });
});
