import { describe, expect, it } from "vitest";
import { remembered } from "./remembered.js";

describe("what is remembered", () => {
  const pair = remembered((one: unknown, other: unknown) => [one, other]);

  it("is the same thing until something it is made of changes", () => {
    const first = pair(1, "a");
    expect(pair(1, "a")).toBe(first);
    expect(pair(1, "b")).toEqual([1, "b"]);
    expect(pair(1, "a")).not.toBe(first);
  });

  it("is made of undefined too", () => {
    expect(remembered((one: undefined) => [one])(undefined)).toEqual([undefined]);
  });
});
