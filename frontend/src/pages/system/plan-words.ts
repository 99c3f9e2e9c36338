/** What is asked about a plan, and how its answer is judged. Pure. */
import type { Schemas } from "../../api/client.js";

export type Plan = Schemas["Plan"];
export type Need = Schemas["PlanNeed"];

/** As boards' owners call them; the server knows them by these names, too. */
export const SIZES: Readonly<Record<string, readonly [number, number]>> = {
  QVGA: [320, 240],
  CIF: [400, 296],
  HVGA: [480, 320],
  VGA: [640, 480],
  SVGA: [800, 600],
  XGA: [1024, 768],
  HD: [1280, 720],
  SXGA: [1280, 1024],
  UXGA: [1600, 1200],
};

const NUMBERS = ["cameras", "fps", "days", "recorded", "watts", "price"] as const;
export type Query = { size?: string } & Partial<Record<(typeof NUMBERS)[number], number>>;

/** What is filled in; the server knows what to take for the rest. */
export function queryOf(data: FormData): Query {
  const query: Query = {};
  const size = data.get("size");
  if (typeof size === "string" && size) query.size = size;
  for (const name of NUMBERS) {
    const given = data.get(name);
    const value = typeof given === "string" && given.trim() ? Number(given) : NaN;
    if (Number.isFinite(value)) query[name] = value;
  }
  return query;
}

/** `VGA`, or `641x480` where it has no name. */
export function sizeName({ width, height }: Plan["size"]): string {
  const found = Object.entries(SIZES).find(([, [w, h]]) => w === width && h === height);
  return found ? found[0] : `${width}x${height}`;
}

/** Those with a name, and the plan's own where it has none. */
export function sizeChoices(size: Plan["size"]): string[] {
  const name = sizeName(size);
  return name in SIZES ? Object.keys(SIZES) : [name, ...Object.keys(SIZES)];
}

/** As the System page judges parts. */
export function judgementOf({ share, remedy }: Need): "ok" | "warning" | "problem" {
  if (remedy === null) return "ok";
  return share !== null && share > 1 ? "problem" : "warning";
}

/** How far its bar goes, percent. */
export function filled({ share }: Need): number {
  return Math.min(100, Math.max(0, (share ?? 0) * 100));
}
