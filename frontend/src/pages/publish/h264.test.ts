import { afterEach, describe, expect, it, vi } from "vitest";
import { canEncode, configOf, H264, isKeyDue } from "./h264.js";

describe("how it is made", () => {
  it("has the level that the size needs", () => {
    expect(configOf(640, 480, 15, 0.8).codec).toBe("avc1.42E01f");
    expect(configOf(1280, 720, 24, 0.8).codec).toBe("avc1.42E01f");
    expect(configOf(1920, 1080, 24, 0.8).codec).toBe("avc1.42E028");
    expect(configOf(4096, 2304, 24, 0.8).codec).toBe("avc1.42E033");
  });
  it("has even sides", () => {
    expect(configOf(641, 481, 10, 0.8)).toMatchObject({ width: 640, height: 480 });
  });
  it("takes less where the line is slow, in steps", () => {
    const best = configOf(640, 480, 10, 0.8).bitrate ?? 0;
    expect(configOf(640, 480, 10, 0.4).bitrate).toBe(best / 2);
    expect(configOf(640, 480, 10, 0.79).bitrate).toBe(best);
  });
});

describe("keys", () => {
  it("are at most two seconds apart", () => {
    expect(isKeyDue(1899, 0, 10)).toBe(false);
    expect(isKeyDue(1901, 0, 10)).toBe(true);
  });
});

describe("a browser without an encoder", () => {
  it("can't", async () => {
    expect(await canEncode(configOf(640, 480, 10, 0.8))).toBe(false);
  });
  it("is told of by the first picture", async () => {
    const failed = vi.fn();
    await new H264(10, () => true, failed).take({} as ImageBitmap, 640, 480, 0, 0.8);
    expect(failed).toHaveBeenCalledOnce();
  });
});

interface Chunk {
  type: "key" | "delta";
  timestamp: number;
  byteLength: number;
  copyTo: () => void;
}

/** What browsers have: every frame becomes a chunk at once. */
class FakeEncoder {
  static keys: boolean[] = [];
  static configured: number[] = [];
  state = "unconfigured";
  encodeQueueSize = 0;
  constructor(private readonly init: { output: (chunk: Chunk) => void }) {}
  static isConfigSupported = (): Promise<{ supported: boolean }> => Promise.resolve({ supported: true });
  configure({ bitrate }: { bitrate: number }): void {
    this.state = "configured";
    FakeEncoder.configured.push(bitrate);
  }
  encode({ timestamp }: { timestamp: number }, { keyFrame }: { keyFrame: boolean }): void {
    FakeEncoder.keys.push(keyFrame);
    this.init.output({ type: keyFrame ? "key" : "delta", timestamp, byteLength: 1, copyTo: () => undefined });
  }
  close(): void {
    this.state = "closed";
  }
}

class FakeFrame {
  readonly timestamp: number;
  constructor(_: unknown, { timestamp }: { timestamp: number }) {
    this.timestamp = timestamp;
  }
  close(): void {
    // nothing is kept
  }
}

describe("an encoder", () => {
  const passed: number[] = [];
  let online = true;
  const pass = (_: ArrayBuffer, at_ms: number): boolean => {
    if (online) passed.push(at_ms);
    return online;
  };
  const made = (): H264 => {
    vi.stubGlobal("VideoEncoder", FakeEncoder);
    vi.stubGlobal("VideoFrame", FakeFrame);
    [FakeEncoder.keys, FakeEncoder.configured, passed.length, online] = [[], [], 0, true];
    return new H264(10, pass, () => undefined);
  };
  const image = {} as ImageBitmap;
  afterEach(() => vi.unstubAllGlobals());

  it("begins with a key, and makes one at least every two seconds", async () => {
    const h264 = made();
    for (let at_ms = 0; at_ms < 5000; at_ms += 100) await h264.take(image, 640, 480, at_ms, 0.8);
    const keys = FakeEncoder.keys.flatMap((key, index) => (key ? [index] : []));
    expect(keys[0]).toBe(0);
    for (const [index, at] of keys.entries()) if (index > 0) expect(at - (keys[index - 1] ?? 0)).toBeLessThanOrEqual(20);
    expect(keys.length).toBeGreaterThanOrEqual(3);
    expect(passed).toHaveLength(50);
  });
  it("makes a key after one was lost, and nothing before it is sent", async () => {
    const h264 = made();
    await h264.take(image, 640, 480, 0, 0.8);
    online = false;
    await h264.take(image, 640, 480, 100, 0.8);
    online = true;
    await h264.take(image, 640, 480, 200, 0.8);
    await h264.take(image, 640, 480, 300, 0.8);
    expect(FakeEncoder.keys).toEqual([true, false, true, false]);
    expect(passed).toEqual([0, 200, 300]);
  });
  it("makes a key for another connection, size and rate", async () => {
    const h264 = made();
    await h264.take(image, 640, 480, 0, 0.8);
    h264.anew();
    await h264.take(image, 640, 480, 100, 0.8);
    await h264.take(image, 480, 640, 200, 0.8);
    await h264.take(image, 480, 640, 300, 0.6);
    await h264.take(image, 480, 640, 400, 0.61);
    expect(FakeEncoder.keys).toEqual([true, true, true, true, false]);
    expect(FakeEncoder.configured).toHaveLength(3);
  });
});
