import { describe, expect, it } from "vitest";
import { steer } from "./steering.js";

describe("steering", () => {
  it("leaves alone what is in step", () => {
    expect(steer(0.02, 1)).toEqual({ kind: "rate", rate: 1 });
    expect(steer(-0.3, 16)).toEqual({ kind: "rate", rate: 16 });
  });

  it("slows down what is ahead and speeds up what is behind", () => {
    const slower = steer(0.2, 1);
    const faster = steer(-0.2, 1);
    expect(slower.kind === "rate" && slower.rate).toBeCloseTo(0.8);
    expect(faster.kind === "rate" && faster.rate).toBeCloseTo(1.2);
  });

  it("corrects by a quarter at most and never beyond what browsers play", () => {
    expect(steer(-0.7, 1)).toEqual({ kind: "rate", rate: 1.25 });
    expect(steer(-8, 16)).toEqual({ kind: "rate", rate: 16 });
  });

  it("jumps where catching up would take too long", () => {
    expect(steer(3, 1)).toEqual({ kind: "seek" });
    expect(steer(-3, 1)).toEqual({ kind: "seek" });
    expect(steer(3, 16).kind).toBe("rate");
  });
});
