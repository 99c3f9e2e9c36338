/** How tiles fill a screen. Pure. */

export interface Box {
  width: number;
  height: number;
}

/** The number of columns that shows `count` tiles largest within `box`; `aspect` is width / height of a picture. */
export function bestColumns(count: number, box: Box, aspect: number, gap: number, caption: number): number {
  let [best, bestWidth] = [1, 0];
  for (let columns = 1; columns <= count; columns += 1) {
    const width = tileWidth(count, columns, box, aspect, gap, caption);
    if (width > bestWidth) [best, bestWidth] = [columns, width];
  }
  return best;
}

/** The width of one tile, so that all rows fit; never so small that nothing is seen, then the page scrolls. */
export function tileWidth(
  count: number,
  columns: number,
  box: Box,
  aspect: number,
  gap: number,
  caption: number,
): number {
  const rows = Math.ceil(count / columns);
  const byWidth = (box.width - gap * (columns - 1)) / columns;
  const byHeight = ((box.height - gap * (rows - 1)) / rows - caption) * aspect;
  return Math.max(Math.min(byWidth, LEAST_PX), Math.min(byWidth, byHeight));
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
