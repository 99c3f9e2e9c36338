/** A row of the timeline: thousands of recordings become at most one bar per couple of pixels. Pure. */
import type { Schemas } from "../../api/client.js";
import { isBand } from "../../media/playlist.js";
import { xOf, type View } from "./geometry.js";

type Clip = Schemas["Clip"];

export interface Bar {
  x_px: number;
  width_px: number;
  /** Continuous recordings are a band behind the events. */
  band: boolean;
  /** The strongest score in it. */
  peak: number;
  protected: boolean;
}

const LEAST_PX = 2;
const APART_PX = 1;

/** `clips` by beginning. Bars of one layer never overlap. */
export function barsOf(clips: readonly Clip[], view: View, width_px: number): Bar[] {
  const layers = new Map<boolean, Bar[]>();
  for (const clip of clips) {
    if (clip.ended_at <= view.start || clip.started_at >= view.end) continue;
    const band = isBand(clip);
    const bars = layers.get(band) ?? [];
    layers.set(band, bars);
    add(bars, barOf(clip, view, width_px, band));
  }
  return [...(layers.get(true) ?? []), ...(layers.get(false) ?? [])];
}

/** How high a bar of that score is, 0.25..1: differences between weak events show, one storm doesn't flatten them. */
export function heightOf(peak: number): number {
  return 0.25 + 0.75 * Math.min(1, Math.sqrt(Math.max(0, peak) / 25));
}

function barOf(clip: Clip, view: View, width_px: number, band: boolean): Bar {
  const left = Math.max(0, xOf(clip.started_at, view, width_px));
  const right = Math.min(width_px, xOf(clip.ended_at, view, width_px));
  return { x_px: left, width_px: Math.max(LEAST_PX, right - left), band, peak: clip.peak, protected: clip.protected };
}

function add(bars: Bar[], bar: Bar): void {
  const last = bars.at(-1);
  if (!last || bar.x_px > last.x_px + last.width_px + (isThin(last) && isThin(bar) ? 0 : APART_PX)) {
    bars.push(bar);
    return;
  }
  last.width_px = Math.max(last.width_px, bar.x_px + bar.width_px - last.x_px);
  last.peak = Math.max(last.peak, bar.peak);
  last.protected ||= bar.protected;
}

function isThin({ width_px }: Bar): boolean {
  return width_px <= LEAST_PX;
}
