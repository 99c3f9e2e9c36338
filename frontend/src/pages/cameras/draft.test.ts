import { describe, expect, it } from "vitest";
import { BLANK, changesOf, draftOf, isLocal, isPolled, settingsOf } from "./draft.js";
import { withKind } from "../../components/what.js";

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

  it("sends what makes an event where that changed, however it is ordered, and never nothing", () => {
    expect(changesOf({ ...before, kinds: ["person"] }, before)).toEqual({ naming: { kinds: ["person"] } });
    expect(changesOf({ ...before, kinds: [...before.kinds].reverse() }, before)).toBeUndefined();
    expect(changesOf({ ...before, naming: false, min_score: 80, min_size: 5 }, before)).toEqual({
      naming: { enabled: false, min_score: 80, min_size: 5 },
    });
    expect(withKind(["person", "animal"], "vehicle", true)).toEqual(["person", "vehicle", "animal"]);
    expect(withKind(["person", "animal"], "animal", false)).toEqual(["person"]);
    expect(withKind(["person"], "person", false)).toEqual(["person"]);
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

  it("sends how pictures come only where that changed", () => {
    const yard = { ...BLANK, name: "Yard", url: "rtsp://cam/x" };
    expect(settingsOf(yard)).not.toHaveProperty("source");
    expect(settingsOf({ ...yard, transport: "udp" })).toMatchObject({ source: { rtsp_transport: "udp" } });
    expect(changesOf({ ...before, poll_fps: 0.5 }, before)).toEqual({ source: { poll_fps: 0.5 } });
  });

  it("says how a camera of this machine is to look, and that it may look as it likes again", () => {
    const desk = { ...BLANK, name: "Desk", url: "/dev/video0" };
    expect(settingsOf(desk)).not.toHaveProperty("source");
    const large = { ...desk, capture_size: " 1280 × 720", capture_fps: 24 };
    expect(settingsOf(large)).toMatchObject({ source: { capture_size: "1280x720", capture_fps: 24 } });
    const stored = { ...large, capture_size: "1280x720" };
    expect(changesOf(large, stored)).toBeUndefined();
    expect(changesOf(desk, stored)).toEqual({ source: { capture_size: null, capture_fps: null } });
  });

  it("knows which cameras are of this machine", () => {
    for (const url of ["/dev/video0", " /dev/v4l/by-id/usb-C920-video-index0", "rpicam://0"]) expect(isLocal(url), url).toBe(true);
    for (const url of ["http://cam/dev/video0", "/films/video0.mp4", "/dev/sda", "cam"]) expect(isLocal(url), url).toBe(false);
    expect(isPolled({ ...BLANK, url: "rpicam://0", poll_fps: 2 })).toBe(false);
  });

  it("asks how often only where a camera is asked", () => {
    for (const url of ["http://cam/capture", "cam/snapshot.jpg", "http://cam/cgi-bin/snapshot.cgi?1", "http://cam/jpg"])
      expect(isPolled({ ...BLANK, url }), url).toBe(true);
    for (const url of ["http://cam:81/stream", "cam", "rtsp://cam/snapshot", "/films/photo.jpg"]) expect(isPolled({ ...BLANK, url }), url).toBe(false);
    expect(isPolled({ ...BLANK, url: "cam", single: true })).toBe(true);
    expect(isPolled({ ...BLANK, url: "cam", poll_fps: 2 })).toBe(true);
  });

  it("shows what is stored", () => {
    const camera = { name: "Door", source: { verify_tls: false }, rotation: 90, privacy: true, detection: { sensitivity: 70 }, naming: { kinds: ["person"] }, recording: { mode: "off" } };
    const connection = { url: "http://cam", username: null, has_password: false, url_hd: null };
    const draft = draftOf(camera as unknown as Parameters<typeof draftOf>[0], connection);
    expect(draft).toMatchObject({ name: "Door", rotation: 90, privacy: true, sensitivity: 70, mode: "off", username: "", verifyTls: false });
  });
});
