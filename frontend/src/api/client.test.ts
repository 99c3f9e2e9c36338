import { expect, it, vi } from "vitest";

vi.resetModules(); // the language is chosen as they are loaded
const { language } = await import("../i18n/i18n.js");
const { api } = await import("./client.js");

it("asks Gcam to answer in the page's language, which need not be the browser's", async () => {
  const asked: Request[] = [];
  const answer = (request: Request): Promise<Response> => {
    asked.push(request);
    return Promise.resolve(Response.json({}));
  };
  for (const one of ["fr", "en"] as const) {
    language.set(one);
    await api.GET("/api/v1/info", { fetch: answer });
  }
  expect(asked.map(({ headers }) => headers.get("Accept-Language"))).toEqual(["fr", "en"]);
});
