import { describe, expect, it } from "vitest";
import { isReplaced, messageOf, Pace, refusalOf, settingIn, statusOf, takenIn } from "./messages.js";

describe("a picture on its way", () => {
  it("has kind, length and time before it", () => {
    const message = messageOf(new Uint8Array([0xff, 0xd8, 1]).buffer, 1234.5, "jpeg");
    expect([...message]).toEqual([3, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0x12, 0xd6, 0x44, 0xff, 0xd8, 1]);
  });
  it("says what it is", () => {
    expect(messageOf(new ArrayBuffer(1), 1, "h264")[0]).toBe(4);
  });
});

describe("what was taken", () => {
  it("is read", () => {
    const message = new Uint8Array([5, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
    expect(takenIn(message.buffer)).toBe(258);
  });
  it("is nothing else", () => {
    expect(takenIn(new Uint8Array([7, 0, 0]).buffer)).toBeUndefined();
    expect(takenIn(new Uint8Array(17).buffer)).toBeUndefined();
  });
});

describe("that another device is the camera now", () => {
  const bye = (reason: number): ArrayBuffer => new Uint8Array([7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, reason]).buffer;
  it("is told by a bye of that reason alone", () => {
    expect(isReplaced(bye(3))).toBe(true);
    expect(isReplaced(bye(6))).toBe(false);
    expect(isReplaced(new ArrayBuffer(13))).toBe(false);
    expect(isReplaced(new Uint8Array([5, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]).buffer)).toBe(false);
  });
});

describe("what Gcam sets", () => {
  const set = (form: string, kind = 9): ArrayBuffer => {
    const text = new TextEncoder().encode(form);
    return new Uint8Array([kind, 0, 0, 0, text.length, 0, 0, 0, 0, 0, 0, 0, 0, ...text]).buffer;
  };
  it.each([
    ["fps=5", { fps: 5 }],
    ["fps=0.5", { fps: 0.5 }],
    ["fps=0", { fps: 0 }],
    ["fps=100", { refused: "'fps' takes a number from 0.1 to 60, or 0 for all." }],
    ["fps=", { refused: "'fps' takes a number from 0.1 to 60, or 0 for all." }],
    ["", { refused: "'fps' takes a number from 0.1 to 60, or 0 for all." }],
    ["fps=5&lamp=3", { refused: "There is no control 'lamp' in a browser; only fps." }],
  ])("of %s", (form, meant) => expect(settingIn(set(form))).toEqual(meant));
  it("is nothing else", () => {
    expect(settingIn(set("fps=5", 5))).toBeUndefined();
    expect(settingIn(new ArrayBuffer(3))).toBeUndefined();
  });
  it("is answered", () => {
    const message = statusOf(5, "no");
    const text = '{"fps":5,"refused":"no"}';
    expect([...message.slice(0, 13)]).toEqual([10, 0, 0, 0, text.length, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(new TextDecoder().decode(message.slice(13))).toBe(text);
    expect(new TextDecoder().decode(statusOf(10).slice(13))).toBe('{"fps":10}');
  });
});

describe("the pace", () => {
  it("is as few as Gcam asks for, and all again at once", () => {
    const pace = new Pace(10);
    const due = (from: number, to: number): number =>
      Array.from({ length: (to - from) / 20 }, (_, index) => pace.isDue(from + index * 20, 0)).filter(Boolean).length;
    expect(due(0, 2000)).toBeGreaterThanOrEqual(20);
    pace.ask(1);
    expect(pace.asked).toBe(1);
    expect(due(2000, 6000)).toBeLessThanOrEqual(5);
    pace.ask(0);
    expect(pace.isDue(6020, 0)).toBe(true);
    expect(due(6040, 8040)).toBeGreaterThanOrEqual(18);
    pace.ask(50);
    expect([pace.asked, pace.fps]).toEqual([undefined, 10]);
  });
  it("is what was asked for", () => {
    const pace = new Pace(10);
    const due = Array.from({ length: 60 }, (_, index) => pace.isDue(index * 33.3, 0)).filter(Boolean);
    expect(due.length).toBeGreaterThanOrEqual(15);
    expect(due.length).toBeLessThanOrEqual(21);
  });
  it("is that too where the camera's own is no multiple of it", () => {
    const pace = new Pace(10);
    const due = Array.from({ length: 150 }, (_, index) => pace.isDue((index * 1000) / 15, 0)).filter(Boolean);
    expect(due.length).toBeGreaterThanOrEqual(99);
    expect(due.length).toBeLessThanOrEqual(102);
  });
  it("leaves out what the line does not carry, and makes simpler pictures", () => {
    const pace = new Pace(10);
    for (let index = 0; index < 100; index += 1) expect(pace.isDue(index * 100, 4)).toBe(false);
    expect(pace.quality).toBeLessThan(0.8);
    const before = pace.quality;
    for (let index = 100; index < 300; index += 1) pace.isDue(index * 100, 0);
    expect(pace.quality).toBeGreaterThan(before);
  });
});

describe("a browser that gives no camera", () => {
  it("is understood", () => {
    expect(refusalOf(new DOMException("", "NotAllowedError"))).toBe("denied");
    expect(refusalOf(new DOMException("", "NotFoundError"))).toBe("none");
    expect(refusalOf(new DOMException("", "NotReadableError"))).toBe("busy");
    expect(refusalOf("?")).toBe("failed");
  });
});
