import { describe, expect, it } from "vitest";
import { pageAt, PAGES, rareOf } from "./pages.js";
import { parse } from "./router.js";
import { hashOf, ROUTES } from "./routes.js";

describe("addresses", () => {
  it("survive the way there and back", () => {
    const { path, query } = parse(hashOf("playback", { camera: "a&b", clip: undefined, at: 3 }));
    expect(path).toEqual(["playback"]);
    expect(query.toString()).toBe("camera=a%26b&at=3");
    expect(parse(hashOf("cameras/:camera/tune", { camera: "front door/2" })).path).toEqual(["cameras", "front door/2", "tune"]);
  });

  it.each(Object.keys(ROUTES))("%s is a page's", (route) => {
    const place = parse(`#/${route.replace(":camera", "door")}`);
    const page = pageAt(place, PAGES);
    expect([page?.id, page?.below]).toEqual([route.split("/")[0], route.split("/")[2]]);
  });

  it("are there for every page", () => {
    const known = new Set(Object.keys(ROUTES).map((route) => route.split("/")[0]));
    expect(PAGES.filter(({ id }) => !known.has(id))).toEqual([]);
  });
});

describe("a phone's bar", () => {
  const menu = PAGES.filter(({ below, hidden }) => !below && !hidden);
  const ids = (pages: typeof PAGES): string[] => pages.map(({ id }) => id);

  it("has the pages of every day", () => {
    const rare = rareOf(menu);
    expect(ids(menu.filter((page) => !rare.includes(page)))).toEqual(["live", "guard", "playback", "cameras", "events"]);
  });

  it("has all where all have room", () => {
    expect(rareOf(menu.filter(({ needs }) => needs === "view" || needs === "playback" || needs === "push"))).toEqual([]);
  });
});
