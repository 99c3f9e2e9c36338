/** Which events somebody wants to see, as the address says it: `?camera=door&kind=motion&day=2026-11-21&show=new`. Pure. */
import type { Kind, Wanted } from "../../api/history.js";
import type { Query } from "../../routes.js";
import { dayOfKey, isKey } from "../playback/days.js";

export const KINDS = ["motion", "lost", "not_recording", "storage"] as const satisfies readonly Kind[];
export interface Choice {
  camera?: string | undefined;
  kind?: Kind | undefined;
  day?: string | undefined;
  show?: "new" | undefined;
}

export function choiceIn(query: Query): Choice {
  const day = query.get("day");
  return {
    camera: query.get("camera") || undefined,
    kind: KINDS.find((known) => known === query.get("kind")),
    day: day !== null && isKey(day) ? day : undefined,
    show: query.get("show") === "new" ? "new" : undefined,
  };
}

export function wantedBy({ camera, kind, day }: Choice, zone: string): Wanted {
  if (day === undefined) return { camera, kind };
  const { start, end } = dayOfKey(day, zone);
  return { camera, kind, after: start, before: end };
}

/** Which words to say where nothing is found. */
export function nothingFor({ camera, kind, day, show }: Choice): "nothing" | "nothing_here" | "nothing_new" {
  if (show) return "nothing_new";
  return (camera ?? kind ?? day) === undefined ? "nothing" : "nothing_here";
}
