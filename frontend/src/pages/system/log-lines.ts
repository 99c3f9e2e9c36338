/** The log as it grows: what came in joins what is shown, bounded. Pure. */
import type { Schemas } from "../../api/client.js";

export type LogRecord = Schemas["LogRecord"];
export const LINES_MAX = 1000;

/** `more` behind `lines`. */
export function joined(lines: readonly LogRecord[], more: readonly LogRecord[]): readonly LogRecord[] {
  const last = lines.at(-1)?.number ?? 0;
  const news = more.filter(({ number }) => number > last);
  return news.length === 0 ? lines : [...lines, ...news].slice(-LINES_MAX);
}

/** Whether Gcam was started anew: its newest record has a lower number than what is shown. */
export function isAnotherRun(lines: readonly LogRecord[], newest: number): boolean {
  return newest < (lines.at(-1)?.number ?? 0);
}
