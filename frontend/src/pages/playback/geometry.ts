/** The timeline's geometry: which time is at which x, zooming and panning. Unix seconds and pixels. Pure. */

/** What is visible. */
export interface View {
  start: number;
  end: number;
}

/** The closest one can look. */
export const LEAST_SPAN_S = 5;

export function xOf(at: number, { start, end }: View, width_px: number): number {
  return ((at - start) / (end - start)) * width_px;
}

export function atOf(x_px: number, { start, end }: View, width_px: number): number {
  return start + (x_px / width_px) * (end - start);
}

/** `factor` below 1 looks closer; `at` stays where it is on the screen. */
export function zoomed(view: View, factor: number, at: number, bounds: View): View {
  const span = view.end - view.start;
  const most = bounds.end - bounds.start;
  const wanted = Math.min(most, Math.max(Math.min(LEAST_SPAN_S, most), span * factor));
  const start = at - ((at - view.start) / span) * wanted;
  return within({ start, end: start + wanted }, bounds);
}

export function panned(view: View, by_s: number, bounds: View): View {
  return within({ start: view.start + by_s, end: view.end + by_s }, bounds);
}

/** The view moved as little as needed for `at` to be in it, with some space on both sides. */
export function showing(view: View, at: number, bounds: View): View {
  const margin = (view.end - view.start) * 0.08;
  if (at < view.start + margin) return panned(view, at - margin - view.start, bounds);
  if (at > view.end - margin) return panned(view, at + margin - view.end, bounds);
  return view;
}

/** A view around `at`, `span_s` wide. */
export function around(at: number, span_s: number, bounds: View): View {
  const span = Math.min(span_s, bounds.end - bounds.start);
  return within({ start: at - span / 2, end: at + span / 2 }, bounds);
}

/** Two fingers: the times that were under them follow them. */
export function pinched(view: View, from: readonly [number, number], to: readonly [number, number], width_px: number, bounds: View): View {
  const apart = Math.max(1, Math.abs(to[1] - to[0]));
  const factor = Math.abs(from[1] - from[0]) / apart;
  const middle = (from[0] + from[1]) / 2;
  const at = atOf(middle, view, width_px);
  const zoom = zoomed(view, factor, at, bounds);
  const moved_px = (to[0] + to[1]) / 2 - middle;
  return panned(zoom, (-moved_px / width_px) * (zoom.end - zoom.start), bounds);
}

function within({ start, end }: View, bounds: View): View {
  const span = end - start;
  if (span >= bounds.end - bounds.start) return { start: bounds.start, end: bounds.end };
  const moved = Math.min(Math.max(start, bounds.start), bounds.end - span);
  return { start: moved, end: moved + span };
}
