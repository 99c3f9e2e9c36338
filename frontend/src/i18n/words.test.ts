import { describe, expect, it } from "vitest";

const pages = import.meta.glob<Record<string, unknown>>("./{en,fr}/*.json", { eager: true, import: "default" });
const reasons = import.meta.glob<Record<string, unknown>>("../../../gcam_addon/words/*.json", { eager: true, import: "default" });
const all: Record<string, Record<string, unknown>> = {
  ...pages,
  ...Object.fromEntries(["en", "fr"].map((code) => [`./${code}/reasons.json`, reasons[`../../../gcam_addon/words/${code}.json`] ?? {}])),
};

function keysOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, path ? `${path}.${key}` : key));
}

/** `{{name}}` in every text: both languages must use the same values. */
function valuesOf(value: unknown): string[] {
  if (typeof value === "string") return [...value.matchAll(/\{\{(\w+)/g)].map((match) => match[1] ?? "");
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesOf) : [];
}

const plain = (key: string): string => key.replace(/_(zero|one|two|few|many|other)$/, "_plural");
const unique = (items: string[]): string[] => [...new Set(items)].sort();

describe("the words", () => {
  const english = Object.keys(all).filter((path) => path.startsWith("./en/"));

  it.each(english)("%s says the same in French", (path) => {
    const french = all[path.replace("/en/", "/fr/")];
    expect(french, "the French file").toBeDefined();
    expect(unique(keysOf(french).map(plain))).toEqual(unique(keysOf(all[path]).map(plain)));
    expect(unique(valuesOf(french))).toEqual(unique(valuesOf(all[path])));
  });

  it("has no French file without an English one", () => {
    const french = Object.keys(all).filter((path) => path.startsWith("./fr/"));
    expect(french.map((path) => path.replace("/fr/", "/en/")).sort()).toEqual(english.sort());
  });

  it("leaves no text empty", () => {
    for (const [path, file] of Object.entries(all))
      for (const text of JSON.stringify(file).matchAll(/"([^"]+)":\s*""/g)) expect.fail(`${path}: ${text[1] ?? ""}`);
  });
});
