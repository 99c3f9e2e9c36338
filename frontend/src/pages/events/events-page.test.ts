import { afterEach, beforeEach, expect, it, vi } from "vitest";

const { entries, happened } = vi.hoisted(() => ({
  entries: vi.fn(() => Promise.resolve({ ok: true, value: [] })),
  happened: new Set<(event: { type: string }) => void>(),
}));
vi.mock("../../api/history.js", async (original) => ({ ...(await original<object>()), entries }));
vi.mock("../../state/gcam.js", async (original) => ({
  ...(await original<object>()),
  onEvent: (listener: (event: { type: string }) => void) => {
    happened.add(listener);
    return () => happened.delete(listener);
  },
}));
await import("./events-page.js");

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("asks for the list once in a while, however much happens", async () => {
  const page = Object.assign(document.createElement("gcam-events-page"), { place: { path: [], query: new URLSearchParams() } });
  document.body.append(page);
  await vi.advanceTimersByTimeAsync(0);
  expect(entries).toHaveBeenCalledTimes(1);
  for (let number = 0; number < 30; number += 1) for (const listener of happened) listener({ type: "history_changed" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(entries).toHaveBeenCalledTimes(2);
  page.remove();
});
