import { beforeEach, describe, expect, it, vi } from "vitest";
import { loadPart } from "./parts.js";

const gone = (): Promise<unknown> => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));

describe("a part of the page", () => {
  const answers = vi.fn<() => Promise<void>>();
  const reload = vi.fn<() => void>();
  const around = { answers, reload };

  beforeEach(() => {
    sessionStorage.clear();
    answers.mockReset().mockResolvedValue(undefined);
    reload.mockReset();
  });

  it("is simply there", async () => {
    expect(await loadPart(() => Promise.resolve(), around)).toBe(true);
    expect(answers).not.toHaveBeenCalled();
  });

  it("is asked for again once Gcam answers again", async () => {
    const load = vi.fn(() => (load.mock.calls.length > 1 ? Promise.resolve() : gone()));
    expect(await loadPart(load, around)).toBe(true);
    expect([answers.mock.calls.length, reload.mock.calls.length]).toEqual([1, 0]);
  });

  it("that is gone loads the page anew, but only once", async () => {
    void loadPart(gone, around);
    await vi.waitFor(() => {
      expect(reload).toHaveBeenCalledOnce();
    });
    expect(await loadPart(gone, around), "after the reload").toBe(false);
    expect(reload).toHaveBeenCalledOnce();
    expect(await loadPart(() => Promise.resolve(), around)).toBe(true);
    void loadPart(gone, around);
    await vi.waitFor(() => {
      expect(reload, "another time").toHaveBeenCalledTimes(2);
    });
  });
});
