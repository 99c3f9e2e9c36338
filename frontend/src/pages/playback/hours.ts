/** Recordings by the local hour they began in. Pure. */
import type { Clip } from "../../media/playlist.js";
import { offset_s } from "./days.js";

export interface Hour {
  /** Unix seconds. Summer time's repeated hour is two of them. */
  start: number;
  /** Newest first. */
  clips: Clip[];
}

/** Newest hour first. `clips` by beginning. */
export function hoursOf(clips: readonly Clip[], zone: string): Hour[] {
  const hours: Hour[] = [];
  for (const clip of clips.toReversed()) {
    const last = hours.at(-1);
    if (last && clip.started_at >= last.start) last.clips.push(clip);
    else hours.push({ start: hourOf(clip.started_at, zone), clips: [clip] });
  }
  return hours;
}

function hourOf(at: number, zone: string): number {
  const whole = Math.floor(at);
  return whole - ((((whole + offset_s(at, zone)) % 3600) + 3600) % 3600);
}
