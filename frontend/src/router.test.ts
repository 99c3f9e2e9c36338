import { describe, expect, it } from "vitest";
import { hashOf, parse } from "./router.js";

describe("hash routes", () => {
  it("survive the way there and back", () => {
    const hash = hashOf(["cameras", "front door", "tune"], { tab: "a&b", none: undefined, t: 3 });
    const { path, query } = parse(hash);
    expect(path).toEqual(["cameras", "front door", "tune"]);
    expect(Object.fromEntries(query)).toEqual({ tab: "a&b", t: "3" });
  });

  it.each(["", "#", "#/", "#//"])("treat %j as the start", (hash) => {
    expect(parse(hash).path).toEqual([]);
  });

  it("do not break on a broken escape", () => {
    expect(parse("#/a%zz").path).toEqual(["a%zz"]);
  });
});
