import { describe, expect, it } from "vitest";
import { PlaybackClock } from "./playback-clock.js";

function clockAt(at: number): { clock: PlaybackClock; pass: (ms: number) => void } {
  let now = 5000;
  return { clock: new PlaybackClock(() => now, at), pass: (ms) => (now += ms) };
}

describe("the playback clock", () => {
  it("stands until it runs", () => {
    const { clock, pass } = clockAt(100);
    pass(1000);
    expect(clock.at).toBe(100);
    clock.run();
    pass(1500);
    expect(clock.at).toBe(101.5);
  });

  it("runs at its speed, also when that changes on the way", () => {
    const { clock, pass } = clockAt(100);
    clock.run();
    pass(1000);
    clock.setRate(4);
    pass(1000);
    expect(clock.at).toBe(105);
    clock.setRate(0.5);
    pass(1000);
    expect(clock.at).toBe(105.5);
  });

  it("is held and goes on where it was", () => {
    const { clock, pass } = clockAt(100);
    clock.run();
    pass(1000);
    clock.hold();
    pass(10_000);
    expect(clock.at).toBe(101);
    clock.run();
    pass(500);
    expect(clock.at).toBe(101.5);
  });

  it("is set while it runs and while it is held", () => {
    const { clock, pass } = clockAt(100);
    clock.run();
    pass(1000);
    clock.set(50);
    pass(1000);
    expect(clock.at).toBe(51);
    clock.hold();
    clock.set(7);
    expect(clock.at).toBe(7);
  });
});
