/** Which events somebody wants to see, as the address says it: `?camera=door&kind=motion&what=person&day=2026-11-21&show=new&place=0.1,0.5,0.3,0.25`. Pure. */
import type { Kind, Wanted } from "../../api/history.js";
import { WHATS, type What } from "../../components/what.js";
import type { Query } from "../../routes.js";
import { dayOfKey, isKey } from "../playback/days.js";
import { read } from "./rectangle.js";

export const KINDS = ["motion", "lost", "not_recording", "storage"] as const satisfies readonly Kind[];
export interface Choice {
  camera?: string | undefined;
  kind?: Kind | undefined;
  /** Motion of that kind of thing. */
  what?: What | undefined;
  day?: string | undefined;
  show?: "new" | undefined;
  /** A rectangle in the camera's picture. */
  place?: string | undefined;
}

export function choiceIn(query: Query): Choice {
  const day = query.get("day");
  const camera = query.get("camera") || undefined;
  const place = query.get("place");
  return {
    camera,
    kind: KINDS.find((known) => known === query.get("kind")),
    what: WHATS.find((known) => known === query.get("what")),
    day: day !== null && isKey(day) ? day : undefined,
    show: query.get("show") === "new" ? "new" : undefined,
    place: camera !== undefined && place !== null && read(place) ? place : undefined,
  };
}

export function wantedBy({ camera, kind, what, day, place }: Choice, zone: string): Wanted {
  if (day === undefined) return { camera, kind, what, place };
  const { start, end } = dayOfKey(day, zone);
  return { camera, kind, what, place, after: start, before: end };
}

/** Which words to say where nothing is found. */
export function nothingFor({ camera, kind, what, day, show, place }: Choice): "nothing" | "nothing_here" | "nothing_new" | "nothing_there" {
  if (place) return "nothing_there";
  if (show) return "nothing_new";
  return (camera ?? kind ?? what ?? day) === undefined ? "nothing" : "nothing_here";
}
