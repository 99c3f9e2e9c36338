import { describe, expect, it } from "vitest";
import { neighbour_s } from "./frame-times.js";

describe("the neighbouring frame", () => {
  const times = [0, 0.1, 0.2, 0.45, 0.49];
  const shownAt = (film_s: number | undefined): number => times.findLastIndex((time) => time <= (film_s ?? -1));

  it("is the next and the previous one, wherever in the frame one is", () => {
    expect(shownAt(neighbour_s(times, 0.1, 1))).toBe(2);
    expect(shownAt(neighbour_s(times, 0.3, 1))).toBe(3);
    expect(shownAt(neighbour_s(times, 0.3, -1))).toBe(1);
    expect(shownAt(neighbour_s(times, 0.2, -1))).toBe(1);
  });

  it("goes through all frames, forwards and backwards", () => {
    const seen = [0];
    let at: number | undefined = 0;
    while ((at = neighbour_s(times, at, 1)) !== undefined) seen.push(shownAt(at));
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    at = 0.5;
    while ((at = neighbour_s(times, at, -1)) !== undefined) seen.push(shownAt(at));
    expect(seen).toEqual([0, 1, 2, 3, 4, 3, 2, 1, 0]);
  });
});
