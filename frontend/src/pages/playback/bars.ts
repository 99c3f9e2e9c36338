/** A row of the timeline: thousands of recordings become at most one bar per couple of pixels. Pure. */
import type { Schemas } from "../../api/client.js";
import { isBand } from "../../media/playlist.js";
import { xOf, type View } from "./geometry.js";

type Clip = Schemas["Clip"];
type What = Schemas["Kind"];

export interface Bar {
  x_px: number;
  width_px: number;
  /** Continuous recordings are a band behind the events. */
  band: boolean;
  /** The strongest score in it. */
  peak: number;
  protected: boolean;
  /** The main thing of the strongest; undefined: it has no name. */
  what: What | undefined;
}

/** Bars begin and end on multiples of this. */
const COLUMN_PX = 2;

/** Bars of one layer never overlap; where several recordings share a column, the strongest counts. */
export function barsOf(clips: readonly Clip[], view: View, width_px: number): Bar[] {
  const bands = new Map<number, Column>();
  const events = new Map<number, Column>();
  for (const clip of clips) {
    if (clip.ended_at <= view.start || clip.started_at >= view.end) continue;
    const columns = isBand(clip) ? bands : events;
    const first = Math.floor(Math.max(0, xOf(clip.started_at, view, width_px)) / COLUMN_PX);
    const end = Math.ceil(Math.min(width_px, xOf(clip.ended_at, view, width_px)) / COLUMN_PX);
    for (let index = first; index < Math.max(first + 1, end); index += 1) {
      const column = columns.get(index);
      columns.set(index, {
        what: column && column.peak > clip.peak ? column.what : clip.what?.[0],
        peak: Math.max(column?.peak ?? 0, clip.peak),
        protected: clip.protected || (column?.protected ?? false),
      });
    }
  }
  return [...joined(bands, true), ...joined(events, false)];
}

/** How high a bar of that score is, 0.25..1: differences between weak events show, one storm doesn't flatten them. */
export function heightOf(peak: number): number {
  return 0.25 + 0.75 * Math.min(1, Math.sqrt(Math.max(0, peak) / 25));
}

interface Column {
  what: What | undefined;
  peak: number;
  protected: boolean;
}

function joined(columns: ReadonlyMap<number, Column>, band: boolean): Bar[] {
  const bars: Bar[] = [];
  for (const [index, column] of [...columns].sort(([a], [b]) => a - b)) {
    const last = bars.at(-1);
    const x_px = index * COLUMN_PX;
    if (last && last.x_px + last.width_px === x_px && alike(last, column))
      last.width_px += COLUMN_PX;
    else bars.push({ x_px, width_px: COLUMN_PX, band, ...column });
  }
  return bars;
}

function alike(a: Column, b: Column): boolean {
  return a.peak === b.peak && a.protected === b.protected && a.what === b.what;
}
