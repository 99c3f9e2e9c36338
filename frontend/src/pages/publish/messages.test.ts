import { describe, expect, it } from "vitest";
import { isReplaced, messageOf, Pace, refusalOf, takenIn } from "./messages.js";

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

describe("the pace", () => {
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
