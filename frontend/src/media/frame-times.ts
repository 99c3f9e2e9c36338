/** When each frame of an MP4 is shown, read from its index (`moov`), for stepping frame by frame. Pure. */

/** How many bytes from the file's beginning hold the index, as far as `head` tells; 0 where it holds none. */
export function indexEnd_bytes(head: ArrayBuffer): number {
  const view = new DataView(head);
  for (const box of boxes(view, 0, Infinity)) if (box.name === "moov") return box.end;
  return 0;
}

/** Seconds from the film's beginning, ascending. Empty where `head` holds no whole index of a film. */
export function frameTimes_s(head: ArrayBuffer): number[] {
  const view = new DataView(head);
  const moov = find(view, { start: 0, end: view.byteLength }, "moov");
  for (const trak of moov ? boxes(view, moov.start, moov.end) : []) {
    if (trak.name !== "trak" || trak.end > view.byteLength) continue;
    const mdia = find(view, trak, "mdia");
    const mdhd = mdia && find(view, mdia, "mdhd");
    const minf = mdia && find(view, mdia, "minf");
    const stbl = minf && find(view, minf, "stbl");
    const stts = stbl && find(view, stbl, "stts");
    if (mdhd && stts && find(view, minf, "vmhd")) return times(view, stts, timescale(view, mdhd));
  }
  return [];
}

/** The moment within the frame before (-1) or after (+1) the one shown at `film_s`; undefined at the ends. */
export function neighbour_s(times: readonly number[], film_s: number, direction: 1 | -1): number | undefined {
  const next = times.findIndex((time) => time > film_s + 0.0005);
  const shown = (next === -1 ? times.length : next) - 1;
  const wanted = times[shown + direction];
  if (wanted === undefined || shown + direction < 0) return undefined;
  // A little into the frame: rounding in the browser must not show the one before.
  return wanted + Math.min(0.001, ((times[shown + direction + 1] ?? wanted + 0.01) - wanted) / 2);
}

interface Box {
  name: string;
  start: number;
  end: number;
}

function* boxes(view: DataView, from: number, to: number): Generator<Box> {
  let at = from;
  while (at + 8 <= Math.min(to, view.byteLength)) {
    let size = view.getUint32(at);
    let header = 8;
    if (size === 1 && at + 16 <= view.byteLength) {
      size = Number(view.getBigUint64(at + 8));
      header = 16;
    }
    if (size < header) return;
    const name = String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(at + offset)));
    yield { name, start: at + header, end: at + size };
    at += size;
  }
}

function find(view: DataView, within: { start: number; end: number }, name: string): Box | undefined {
  for (const box of boxes(view, within.start, within.end)) if (box.name === name) return box;
  return undefined;
}

function timescale(view: DataView, mdhd: Box): number {
  return view.getUint32(mdhd.start + (view.getUint8(mdhd.start) === 1 ? 20 : 12));
}

function times(view: DataView, stts: Box, perSecond: number): number[] {
  const result: number[] = [];
  let ticks = 0;
  for (let entry = 0; entry < view.getUint32(stts.start + 4); entry += 1) {
    const at = stts.start + 8 + entry * 8;
    if (at + 8 > Math.min(stts.end, view.byteLength)) break;
    for (let frame = 0; frame < view.getUint32(at); frame += 1) {
      result.push(ticks / perSecond);
      ticks += view.getUint32(at + 4);
    }
  }
  return result;
}
