/** A rectangle in a camera's picture, 0..1 from the top left, and its spelling in addresses: `0.1,0.5,0.3,0.25`. Pure. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Point = readonly [x: number, y: number];
/** So small is no rectangle, but a press. */
export const LEAST = 0.02;
export const MIDDLE: Rectangle = { x: 0.35, y: 0.35, width: 0.3, height: 0.3 };

/** What is dragged from one corner to the other; undefined: too small to be one. */
export function between(from: Point, to: Point): Rectangle | undefined {
  const [ax, ay] = inside(from);
  const [bx, by] = inside(to);
  const drawn = { x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(ax - bx), height: Math.abs(ay - by) };
  return drawn.width < LEAST || drawn.height < LEAST ? undefined : rounded(drawn);
}

/** The whole, as far as it goes without leaving the picture. */
export function moved({ x, y, width, height }: Rectangle, dx: number, dy: number): Rectangle {
  return rounded({ x: limited(x + dx, 0, 1 - width), y: limited(y + dy, 0, 1 - height), width, height });
}

/** Its lower right corner moved. */
export function resized({ x, y, width, height }: Rectangle, dx: number, dy: number): Rectangle {
  return rounded({ x, y, width: limited(width + dx, LEAST, 1 - x), height: limited(height + dy, LEAST, 1 - y) });
}

export function spelt({ x, y, width, height }: Rectangle): string {
  return [x, y, width, height].join(",");
}

/** Undefined where it is none within the picture. */
export function read(text: string): Rectangle | undefined {
  const parts = text.split(",");
  const shares = parts.map(Number);
  const [x = 0, y = 0, width = 0, height = 0] = shares;
  const fits = x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 1.000001 && y + height <= 1.000001;
  return parts.length === 4 && fits && parts.every((part) => /^\d?\.?\d{1,9}$/.test(part)) ? { x, y, width, height } : undefined;
}

function inside([x, y]: Point): Point {
  return [limited(x, 0, 1), limited(y, 0, 1)];
}

function limited(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Three digits: less than a pixel of a small picture, and readable in an address. Never beyond the edge. */
function rounded({ x, y, width, height }: Rectangle): Rectangle {
  const [left, top] = [thousandths(x), thousandths(y)];
  return { x: left, y: top, width: Math.min(thousandths(width), thousandths(1 - left)), height: Math.min(thousandths(height), thousandths(1 - top)) };
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
