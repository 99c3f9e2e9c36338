import { describe, expect, it } from "vitest";
import { NewestWins } from "./newest-wins.js";

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("the newest wish", () => {
  it("is done after the one at work, those between are not", async () => {
    const done: number[] = [];
    const ends: (() => void)[] = [];
    const wishes = new NewestWins<number>((wish) => {
      done.push(wish);
      return new Promise((resolve) => ends.push(resolve));
    });
    for (const wish of [1, 2, 3, 4]) wishes.want(wish);
    expect(done).toEqual([1]);
    ends[0]?.();
    await turn();
    expect(done).toEqual([1, 4]);
    ends[1]?.();
    await turn();
    wishes.want(5);
    expect(done).toEqual([1, 4, 5]);
  });

  it("is done though an earlier one failed, and not when forgotten", async () => {
    const done: number[] = [];
    const wishes = new NewestWins<number>(async (wish) => {
      done.push(wish);
      await turn();
      if (wish === 1) throw new Error("no such picture");
    });
    wishes.want(1);
    wishes.want(2);
    await turn();
    await turn();
    await turn();
    wishes.want(3);
    wishes.want(4);
    wishes.forget();
    await turn();
    await turn();
    expect(done).toEqual([1, 2, 3]);
  });
});
