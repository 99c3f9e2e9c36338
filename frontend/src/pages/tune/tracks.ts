/** The ways of what a detector follows, gathered from what it says picture by picture. Pure. */
import type { Schemas } from "../../api/client.js";
import type { Decision } from "../../api/motion.js";
import type { Point } from "./polygons.js";

export interface Path {
  id: number;
  /** It moved as somebody does; else it is a guess. */
  sure: boolean;
  box: Schemas["Region"];
  points: readonly (readonly [at: number, ...place: Point])[];
  /** When it was followed last. */
  at: number;
}

/** How much of a way is shown, … */
const WAY_S = 10;
/** … and for how long after its end. */
const AFTER_S = 2;
/** Shares of the picture: what moves by less stands. */
const STEP = 0.002;

/** The ways with `decision` taken in. What comes before the last one is another film: all begins anew. */
export function followed(paths: readonly Path[], { at, tracks }: Pick<Decision, "at" | "tracks">): readonly Path[] {
  const known = new Map(paths.filter((path) => path.at <= at && path.at > at - AFTER_S).map((path) => [path.id, path]));
  for (const { id, sure, region } of tracks) {
    const points = (known.get(id)?.points ?? []).filter(([when]) => when > at - WAY_S);
    known.set(id, { id, sure, box: region, points: longer(points, at, region), at });
  }
  return [...known.values()];
}

function longer(points: Path["points"], at: number, { x, y, width, height }: Schemas["Region"]): Path["points"] {
  const here: Point = [x + width / 2, y + height / 2];
  const last = points.at(-1);
  const stands = last && Math.hypot(here[0] - last[1], here[1] - last[2]) < STEP;
  return stands ? points : [...points, [at, ...here]];
}
