import { describe, expect, it } from "vitest";
import type { Decision } from "../../api/motion.js";
import { followed, type Path } from "./tracks.js";

function decision(at: number, ...tracks: [id: number, x: number, sure?: boolean][]): Pick<Decision, "at" | "tracks"> {
  return {
    at,
    tracks: tracks.map(([id, x, sure = true]) => ({ id, sure, region: { x, y: 0.4, width: 0.2, height: 0.2, share: 1 } })),
  };
}

function after(...decisions: Pick<Decision, "at" | "tracks">[]): readonly Path[] {
  return decisions.reduce<readonly Path[]>(followed, []);
}

describe("ways of what is followed", () => {
  it("grow with what moves, each by its own number", () => {
    const [one, two] = after(decision(1, [4, 0.1], [5, 0.5, false]), decision(2, [5, 0.6, true], [4, 0.2]));
    expect(one?.points.map(([at, x]) => [at, Number(x.toFixed(3))])).toEqual([[1, 0.2], [2, 0.3]]);
    expect(two).toMatchObject({ id: 5, sure: true, at: 2, box: { x: 0.6 } });
  });

  it("do not grow while it stands, and forget what is long ago", () => {
    const [stands] = after(decision(1, [4, 0.1]), decision(2, [4, 0.1005]));
    expect(stands?.points).toHaveLength(1);
    const [walks] = after(...Array.from({ length: 20 }, (_, n) => decision(n, [4, n / 40])));
    expect(walks?.points.map(([at]) => at)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it("stay for a moment after what made them is gone, and begin anew in another film", () => {
    const gone = after(decision(1, [4, 0.1]), decision(2.5));
    expect(gone.map(({ id, at }) => [id, at])).toEqual([[4, 1]]);
    expect(followed(gone, decision(3.1))).toEqual([]);
    expect(followed(gone, decision(0.5))).toEqual([]);
  });
});
