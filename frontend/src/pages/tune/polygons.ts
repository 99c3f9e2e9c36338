/** Polygons on a picture: corners from 0 to 1, from the top left. Pure geometry. */
import { POLYGON } from "../../api/limits.js";

export type Point = readonly [number, number];
export type Polygon = readonly Point[];

const { least: LEAST_CORNERS, most: MOST_CORNERS } = POLYGON.itself;

/** Where a new polygon begins: beside those already there, as long as there is room. */
const PLACES: readonly Point[] = [
  [0.35, 0.35],
  [0.05, 0.6],
  [0.65, 0.6],
  [0.05, 0.08],
  [0.65, 0.08],
];

/** A rectangle, elsewhere than the last few that were begun. */
export function fresh(already: number): Polygon {
  const [left, top] = PLACES[already % PLACES.length] ?? [0.35, 0.35];
  return [
    [left, top],
    [left + 0.3, top],
    [left + 0.3, top + 0.3],
    [left, top + 0.3],
  ].map(([x = 0, y = 0]) => rounded([x, y]));
}

export function withCorner(polygon: Polygon, index: number, to: Point): Polygon {
  return polygon.map((corner, at) => (at === index ? inside(to) : corner));
}

/** A further corner in the middle of the edge behind corner `index`. */
export function split(polygon: Polygon, index: number): Polygon {
  if (polygon.length >= MOST_CORNERS) return polygon;
  return [...polygon.slice(0, index + 1), middle(polygon, index), ...polygon.slice(index + 1)];
}

/** The middle of the edge behind corner `index`. */
export function middle(polygon: Polygon, index: number): Point {
  const [ax, ay] = polygon[index] ?? [0, 0];
  const [bx, by] = polygon[(index + 1) % polygon.length] ?? [0, 0];
  return rounded([(ax + bx) / 2, (ay + by) / 2]);
}

/** Without corner `index`; the same where too few would be left. */
export function withoutCorner(polygon: Polygon, index: number): Polygon {
  return polygon.length <= LEAST_CORNERS ? polygon : polygon.filter((_, at) => at !== index);
}

/** The whole, as far as it goes without leaving the picture. */
export function moved(polygon: Polygon, dx: number, dy: number): Polygon {
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  const x = between(dx, -Math.min(...xs), 1 - Math.max(...xs));
  const y = between(dy, -Math.min(...ys), 1 - Math.max(...ys));
  return polygon.map(([px, py]) => rounded([px + x, py + y]));
}

/** Where the polygon lies once the picture is turned by 90 degrees clockwise, to the digit as the server has it. */
export function turned(polygon: Polygon): Polygon {
  return polygon.map(([x, y]) => [Math.round((1 - y) * 1e9) / 1e9, x]);
}

/** Its middle, where a name can stand. */
export function centre(polygon: Polygon): Point {
  const sum = polygon.reduce<Point>(([sx, sy], [x, y]) => [sx + x, sy + y], [0, 0]);
  return [sum[0] / polygon.length, sum[1] / polygon.length];
}

export function inside([x, y]: Point): Point {
  return rounded([between(x, 0, 1), between(y, 0, 1)]);
}

function between(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Four digits: a tenth of a pixel at 1000 pixels, and readable in a file. */
function rounded([x, y]: Point): Point {
  return [Math.round(x * 10_000) / 10_000, Math.round(y * 10_000) / 10_000];
}
