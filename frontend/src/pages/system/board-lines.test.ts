import { afterEach, expect, test } from "vitest";
import { BoardLines, factsOf } from "./board-lines.js";

const NOW = 100_000;
const NEWEST = {
  at: NOW - 30,
  uptime_s: 7200,
  boots: 3,
  reset: "brownout",
  heap_free: 96_000,
  heap_largest: 45_000,
  rssi_dbm: -81,
  psram_free: null,
  taken: 10,
  sent: 9,
  id: null,
  skipped: 1,
};
const FINE = { camera_id: "door", name: "Door", newest: NEWEST, restarts: {}, troubles: [] };
const WEAK = {
  ...FINE,
  camera_id: "porch",
  name: "Porch",
  troubles: [{ text: "its Wi-Fi is weak", text_said: null, remedy: "move it", remedy_said: null }],
};

afterEach(() => document.body.replaceChildren());

test("what is to be mended comes first, with its remedy and the way to its camera", async () => {
  const lines = new BoardLines();
  Object.assign(lines, { boards: [FINE, WEAK], now: NOW });
  document.body.append(lines);
  await lines.updateComplete;
  const rows = [...(lines.shadowRoot?.querySelectorAll("li") ?? [])];
  expect(rows.map((row) => row.querySelector("a")?.getAttribute("href"))).toEqual(["#/cameras/porch", "#/cameras/door"]);
  expect(rows[0]?.className).toContain("warning");
  expect(rows[0]?.textContent).toContain("→ move it");
  expect(rows[1]?.className).toContain("ok");
});

test("without such a board there is nothing", async () => {
  const lines = new BoardLines();
  document.body.append(lines);
  await lines.updateComplete;
  expect(lines.shadowRoot?.querySelector("section")).toBeNull();
});

test("a board says what it has, and one that is away, when it did", () => {
  expect(factsOf(FINE, NOW)).toHaveLength(2);
  expect(factsOf({ ...FINE, newest: { ...NEWEST, rssi_dbm: null } }, NOW)).toHaveLength(1);
  expect(factsOf({ ...FINE, restarts: { brownout: 2, panic: 1 } }, NOW)).toHaveLength(3);
  expect(factsOf(FINE, NOW + 600)).toHaveLength(3);
});
