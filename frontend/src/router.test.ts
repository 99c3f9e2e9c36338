import { describe, expect, it, vi } from "vitest";
import { askBeforeLeaving, go, hashOf, parse, place, replace, startRouter } from "./router.js";

const arrived = async (hash: string): Promise<void> => {
  await vi.waitFor(() => expect(hashOf(place.value.path, Object.fromEntries(place.value.query))).toBe(hash));
};

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

describe("walking through the page", () => {
  startRouter();

  it("arrives where the menu leads, also where a filter was put into the address", async () => {
    go(["events"]);
    await arrived("#/events");
    replace(["events"], { camera: "door" });
    await arrived("#/events?camera=door");
    go(["events"]);
    await arrived("#/events");
  });

  it("goes back in the browser's history where a page is not to be left, and overwrites no step of it", async () => {
    go(["live"]);
    await arrived("#/live");
    go(["tune"]);
    await arrived("#/tune");
    const back = vi.spyOn(history, "go").mockImplementation(() => undefined);
    const replaced = vi.spyOn(history, "replaceState");
    const state = vi.spyOn(history, "state", "get").mockReturnValue(null); // a new step has none; happy-dom keeps the former
    const end = askBeforeLeaving(() => false);
    go(["people"]);
    await vi.waitFor(() => expect(back).toHaveBeenCalledWith(-1));
    expect(replaced).not.toHaveBeenCalled();
    expect(place.value.path).toEqual(["tune"]);
    end();
    back.mockRestore();
    replaced.mockRestore();
    state.mockRestore();
  });
});
