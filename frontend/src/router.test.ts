import { describe, expect, it, vi } from "vitest";
import { askBeforeLeaving, go, parse, place, replace, startRouter } from "./router.js";

const arrived = async (hash: string): Promise<void> => {
  await vi.waitFor(() => expect([place.value.path, place.value.query.toString()]).toEqual([parse(hash).path, parse(hash).query.toString()]));
};

describe("hash routes", () => {
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
    go("events");
    await arrived("#/events");
    replace("events", { camera: "door" });
    await arrived("#/events?camera=door");
    go("events");
    await arrived("#/events");
  });

  it("goes back in the browser's history where a page is not to be left, and overwrites no step of it", async () => {
    go("live");
    await arrived("#/live");
    go("system");
    await arrived("#/system");
    const back = vi.spyOn(history, "go").mockImplementation(() => undefined);
    const replaced = vi.spyOn(history, "replaceState");
    const state = vi.spyOn(history, "state", "get").mockReturnValue(null); // a new step has none; happy-dom keeps the former
    const end = askBeforeLeaving(() => false);
    go("people");
    await vi.waitFor(() => expect(back).toHaveBeenCalledWith(-1));
    expect(replaced).not.toHaveBeenCalled();
    expect(place.value.path).toEqual(["system"]);
    end();
    back.mockRestore();
    replaced.mockRestore();
    state.mockRestore();
  });
});
