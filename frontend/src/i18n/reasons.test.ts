import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

vi.resetModules(); // the language is chosen as they are loaded
localStorage.setItem("gcam-language", "fr");
const { loadWords, REASONS, startWords } = await import("./i18n.js");
const { sentence } = await import("./reasons.js");

beforeAll(async () => {
  startWords();
  await loadWords(REASONS);
});
afterAll(() => {
  localStorage.removeItem("gcam-language");
  vi.resetModules();
});

describe("what Gcam says", () => {
  it("is said in the page's language", () => {
    expect(sentence({ code: "no_camera", params: { camera: "door" } }, "there is no camera door")).toBe("la caméra door n’existe pas");
  });

  it("says reasons within reasons, and numbers as people write them", () => {
    const why = { code: "os_enospc", params: {} };
    const said = { code: "disk_unwritable", params: { path: "/media", why } };
    expect(sentence(said, "")).toBe("impossible d’écrire /media\u202f: il n’y a plus de place sur le disque");
    expect(sentence({ code: "address_ambiguous", params: {} }, "")).toContain(" @\u202f: dans le nom et le mot de passe écrivez %40 pour @");
    expect(sentence({ code: "throttled", params: { seconds: 1.5 } }, "")).toContain("attendez 1,5 s");
  });

  it("is the server's own text where the code is new to this page", () => {
    expect(sentence({ code: "of_a_later_gcam", params: {} }, "Something new.")).toBe("Something new.");
    expect(sentence(null, "")).toBe("");
  });
});
