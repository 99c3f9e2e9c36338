/** Stepping frame by frame. Pure. */

/** The moment within the frame before (-1) or after (+1) the one shown at `film_s`; undefined at the ends. */
export function neighbour_s(times: readonly number[], film_s: number, direction: 1 | -1): number | undefined {
  const next = times.findIndex((time) => time > film_s + 0.0005);
  const shown = (next === -1 ? times.length : next) - 1;
  const wanted = times[shown + direction];
  if (wanted === undefined || shown + direction < 0) return undefined;
  // A little into the frame: rounding in the browser must not show the one before.
  return wanted + Math.min(0.001, ((times[shown + direction + 1] ?? wanted + 0.01) - wanted) / 2);
}
