import { expect, it } from "vitest";
import { became, type Letter } from "./letter-words.js";

const LETTER: Letter = {
  id: 1,
  destination: "ada",
  rule: "r",
  topic: "motion",
  part: "first",
  camera_id: "door",
  title: "Motion: Door",
  at: 1000,
  state: "waiting",
  attempts: 0,
  next_at: 1000,
  sent_at: null,
  took_s: null,
  said: null,
};
const t = (key: string, values?: Record<string, unknown>) => (values ? `${key} ${Object.values(values).join(" ")}` : key);

it.each([
  [{}, "state.waiting", "quiet"],
  [{ attempts: 1, next_at: 1065, said: "no route" }, "again 1 in 1 minute", "bad"],
  [{ attempts: 3, next_at: 999 }, "again 3 now", "bad"],
  [{ state: "sent", took_s: 0.25, said: "250 OK" }, "sent_in 0.3", "good"],
  [{ state: "swallowed" }, "state.swallowed", "quiet"],
  [{ state: "expired" }, "state.expired", "bad"],
  [{ state: "refused" }, "state.refused", "bad"],
] as const)("says what became of %j", (change, text, tone) => {
  const letter: Letter = { ...LETTER, ...change };
  expect(became(letter, 1000, t)).toEqual({ text, tone, said: letter.said ?? "" });
});
