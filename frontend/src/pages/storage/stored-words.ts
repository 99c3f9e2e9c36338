/** What is said of a camera's recordings. */
import type { Stored } from "../../api/stored.js";
import { bytes, dateTime, number, relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { now_s } from "../../state/gcam.js";

const t = words("storage");

/** “since 3 Nov 2026, 12:00 (18 days ago)”. */
export function reachOf({ oldest_at }: Stored): string {
  return t("since", { when: dateTime(oldest_at), ago: relative(oldest_at, now_s()) });
}

export function limitsOf({ keep_days, max_bytes }: Stored): string {
  const days = t("kept_days", { count: keep_days, days: number(keep_days, 1) });
  return max_bytes === null ? days : `${days}, ${t("kept_bytes", { size: bytes(max_bytes) })}`;
}
