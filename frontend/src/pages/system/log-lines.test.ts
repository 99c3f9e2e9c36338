import { describe, expect, it } from "vitest";
import { isAnotherRun, joined, LINES_MAX, type LogRecord } from "./log-lines.js";
import { worstFirst } from "./judgement.js";

function record(number: number): LogRecord {
  return { number, at: number, level: "info", logger: "gcam", camera: null, message: `m${number}`, exception: null };
}

describe("the log", () => {
  it("grows without repeating itself", () => {
    const lines = joined([record(1), record(2)], [record(2), record(3)]);
    expect(lines.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(joined(lines, [])).toBe(lines);
  });

  it("forgets the oldest", () => {
    const many = Array.from({ length: LINES_MAX + 5 }, (_, index) => record(index + 1));
    expect(joined([], many)).toHaveLength(LINES_MAX);
    expect(joined([], many)[0]?.number).toBe(6);
  });

  it("notices that Gcam was started anew", () => {
    expect(isAnotherRun([record(40)], 3)).toBe(true);
    expect(isAnotherRun([record(40)], 40)).toBe(false);
    expect(isAnotherRun([], 0)).toBe(false);
  });
});

describe("judgements", () => {
  it("come worst first and otherwise as they are", () => {
    const sorted = worstFirst(["ok", "warning", "problem", "ok", "error"] as const, (item) => item);
    expect(sorted).toEqual(["problem", "error", "warning", "ok", "ok"]);
  });
});
