import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pace } from "./pace.js";

let done = 0;
let pace: Pace;
let hidden = false;

describe("news of events", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    done = 0;
    hidden = false;
    vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
    pace = new Pace(async () => {
      done += 1;
      await Promise.resolve();
    });
  });
  afterEach(() => {
    pace.stop();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("come soon, and then every five seconds, however much happens", () => {
    pace.ask();
    vi.advanceTimersByTime(1000);
    expect(done).toBe(1);
    for (let ms = 0; ms < 60_000; ms += 500) {
      pace.ask();
      vi.advanceTimersByTime(500);
    }
    expect(done).toBe(13);
  });

  it("wait until somebody looks", () => {
    hidden = true;
    pace.ask();
    vi.advanceTimersByTime(60_000);
    expect(done).toBe(0);
    hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    vi.advanceTimersByTime(1000);
    expect(done).toBe(1);
  });
});
