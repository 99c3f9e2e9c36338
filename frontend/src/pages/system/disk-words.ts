/** The disk and its forecast, as shares of a bar and as words. */
import type { Schemas } from "../../api/client.js";

export type Disk = Schemas["Disk"];

/** Percent of the whole disk, 100 together. */
export interface Shares {
  recordings: number;
  others: number;
  free: number;
}

export function sharesOf({ total_bytes, free_bytes, clips_bytes }: Disk): Shares {
  const total = Math.max(1, total_bytes);
  const free = clamp((100 * free_bytes) / total);
  const recordings = Math.min(clamp((100 * clips_bytes) / total), 100 - free);
  return { recordings, others: 100 - free - recordings, free };
}

/** Which sentence tells what will come, and its values; `days` are for the caller to put into words. */
export type Outlook =
  | { key: "too_early" | "nothing" }
  | { key: "by_age"; days: number }
  | { key: "by_space_now"; days: number }
  | { key: "by_space"; days: number; until: number };

export function outlookOf(disk: Disk): Outlook {
  const found = disk.forecast;
  if (!found || found.oldest_at === null) return { key: "nothing" };
  if (found.bytes_per_day === null || found.days_kept === null) return { key: "too_early" };
  if (found.limited_by !== "space") return { key: "by_age", days: found.days_kept };
  const until = found.days_until_full ?? 0;
  if (until < 0.1) return { key: "by_space_now", days: found.days_kept };
  return { key: "by_space", days: found.days_kept, until };
}

/** How long, to be counted: whole days, or hours where there are few. */
export function lasting(days: number): { value: number; unit: "day" | "hour" } {
  return days < 2 ? { value: Math.round(days * 24), unit: "hour" } : { value: Math.round(days), unit: "day" };
}

function clamp(share: number): number {
  return Math.min(100, Math.max(0, share));
}
