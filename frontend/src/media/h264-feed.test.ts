import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { catchUp, H264Feed, pace } from "./h264-feed.js";

describe("the live edge", () => {
  it("is left alone while it is near", () => {
    expect(catchUp(10, 10.5)).toBeUndefined();
  });
  it("is jumped to from far behind, and back to from beyond", () => {
    expect(catchUp(0, 100)).toBeCloseTo(99.8);
    expect(catchUp(12, 11)).toBeCloseTo(10.8);
  });
  it("is where it begins", () => {
    expect(catchUp(0, 0.9, true)).toBeCloseTo(0.7);
    expect(catchUp(0, 0.1, true)).toBeUndefined();
  });
  it("is approached a little faster, and no further than need be", () => {
    expect(pace(10, 10.6, 1)).toBeGreaterThan(1);
    expect(pace(10, 10.35, 1)).toBe(1);
    expect(pace(10, 10.35, 1.2)).toBe(1.2);
    expect(pace(10, 10.2, 1.2)).toBe(1);
  });
});

class FakeSocket {
  static made: FakeSocket[] = [];
  closed = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }
  close(): void {
    this.closed = true;
  }
}

class NoCodec extends EventTarget {
  static isTypeSupported = (): boolean => false;

  constructor() {
    super();
    queueMicrotask(() => this.dispatchEvent(new Event("sourceopen")));
  }
  addSourceBuffer(): never {
    throw new DOMException("no such codec", "NotSupportedError");
  }
}

describe("a video that this browser can't show", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.made = [];
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.stubGlobal("MediaSource", NoCodec);
    vi.stubGlobal("URL", class extends URL {
      static override createObjectURL = (): string => "blob:x";
      static override revokeObjectURL = (): void => undefined;
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("says so, and is tried again ever later", async () => {
    const stale: boolean[] = [];
    const feed = new H264Feed("door", false, document.createElement("video"), (now) => stale.push(now));
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      const socket = FakeSocket.made.at(-1);
      expect(FakeSocket.made.length).toBe(attempt);
      socket?.onmessage?.({ data: JSON.stringify({ codec: "avc1.640028", width: 1, height: 1 }) });
      await Promise.resolve();
      expect(socket?.closed).toBe(true);
      const before = Date.now();
      vi.advanceTimersToNextTimer();
      waits.push(Date.now() - before);
    }
    expect(stale.at(-1)).toBe(true);
    expect(waits.at(-1)).toBeGreaterThan(5000);
    feed.close();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made.length).toBe(7);
  });
});
