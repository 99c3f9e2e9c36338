/** How tiles fill a screen. Pure. */

export interface Box {
  width: number;
  height: number;
}

/** The number of columns that shows `count` tiles largest within `box`; `aspect` is width / height of a picture. Where nothing
 * would be seen on tiles that small, the page scrolls, and there are as many columns as its width has room for.
 */
export function bestColumns(count: number, box: Box, aspect: number, gap: number, caption: number): number {
  let [best, bestWidth] = [1, 0];
  for (let columns = 1; columns <= count; columns += 1) {
    const width = Math.min(...widths(count, columns, box, aspect, gap, caption));
    if (width > bestWidth) [best, bestWidth] = [columns, width];
  }
  if (bestWidth >= LEAST_PX) return best;
  return Math.max(1, Math.min(count, Math.floor((box.width + gap) / (LEAST_PX + gap))));
}

/** The width of one tile, so that all rows fit; where the page scrolls, so that each row is full. */
export function tileWidth(
  count: number,
  columns: number,
  box: Box,
  aspect: number,
  gap: number,
  caption: number,
): number {
  const [byWidth, byHeight] = widths(count, columns, box, aspect, gap, caption);
  return Math.min(byWidth, byHeight < LEAST_PX ? 2 * LEAST_PX : byHeight);
}

/** What the box has room for, and what its height has. */
function widths(count: number, columns: number, box: Box, aspect: number, gap: number, caption: number): [number, number] {
  const rows = Math.ceil(count / columns);
  return [
    (box.width - gap * (columns - 1)) / columns,
    ((box.height - gap * (rows - 1)) / rows - caption) * aspect,
  ];
}

const LEAST_PX = 160;

export const LAYOUTS = ["grid", "large", "cycle"] as const;
export type Layout = (typeof LAYOUTS)[number];

/** Which camera is large: the chosen one while it is there, else the first. */
export function largeOne<T extends { id: string }>(cameras: readonly T[], chosen: string | undefined): T | undefined {
  return cameras.find(({ id }) => id === chosen) ?? cameras[0];
}

/** The next one in turn. */
export function nextOne(cameras: readonly { id: string }[], current: string | undefined): string | undefined {
  const index = cameras.findIndex(({ id }) => id === current);
  return cameras[(index + 1) % Math.max(1, cameras.length)]?.id;
}
