import { describe, expect, it } from "vitest";

const sources = import.meta.glob<string>(["../**/*.ts", "!../**/*.test.ts"], { query: "?raw", import: "default", eager: true });
const LIBRARY = "@awesome.me/webawesome/dist/components";

function missing(source: string): string[] {
  source = source.replace(/\/\*[\s\S]*?\*\//g, "");
  const used = [...source.matchAll(/<wa-([a-z-]+)|createElement\("wa-([a-z-]+)"/g)].map(([, inText, made]) => inText ?? made ?? "");
  const code = source.replace(/^import type .*$/gm, "");
  const popover = code.includes("components/popover.js"); // imports it when it opens first
  return [...new Set(used)].filter((name) => !code.includes(`${LIBRARY}/${name}/${name}.js`) && !(popover && name === "popover"));
}

describe("an element of the component library", () => {
  it.each(Object.keys(sources).filter((path) => sources[path]?.includes("wa-")))("is imported where it is rendered: %s", (path) => {
    expect(missing(sources[path] ?? "")).toEqual([]);
  });
});
