/** Which part of a picture shows one thing in it. Pure. */
import type { Schemas } from "../api/client.js";

type Box = Schemas["Box"];
/** Of the thing's own size around it: who it is shows by where it is. */
const MARGIN = 0.35;
/** Share of the picture's width below which a small picture would become a blur. */
const LEAST = 0.35;

/** As wide for its height as `shape` says, around the middle of `box`, within the picture; `size` is the picture's. */
export function cropOf(box: Box, size: Schemas["Size"], shape: number): Box {
  const flat = size.width / size.height / shape;
  // Of the picture's width and height, as shares: `height` is `width` times `flat`.
  const wanted = Math.max(box.width * (1 + 2 * MARGIN), (box.height * (1 + 2 * MARGIN)) / flat, LEAST);
  const width = Math.min(wanted, 1, 1 / flat);
  const height = width * flat;
  return {
    x: within(box.x + box.width / 2 - width / 2, 1 - width),
    y: within(box.y + box.height / 2 - height / 2, 1 - height),
    width,
    height,
  };
}

function within(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}
