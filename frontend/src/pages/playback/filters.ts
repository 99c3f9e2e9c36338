/** Which recordings are shown. Pure. */
import type { Schemas } from "../../api/client.js";
import type { What } from "../../components/what.js";

type Clip = Schemas["Clip"];
export type Kind = Clip["kind"];

export interface Filters {
  /** Ids; undefined: every camera. */
  cameras: ReadonlySet<string> | undefined;
  zone: string;
  kind: Kind | "";
  /** One of these moved. */
  what: What | "";
  longest_s: number | undefined;
  shortest_s: number | undefined;
  leastScore: number;
  protectedOnly: boolean;
}

export const EVERYTHING: Filters = {
  cameras: undefined,
  zone: "",
  kind: "",
  what: "",
  shortest_s: undefined,
  longest_s: undefined,
  leastScore: 0,
  protectedOnly: false,
};

export const KINDS: readonly Kind[] = ["motion", "manual", "continuous", "timelapse"];

export function passes(clip: Clip, filters: Filters): boolean {
  return (
    (filters.cameras?.has(clip.camera_id) ?? true) &&
    (!filters.zone || clip.zones.includes(filters.zone)) &&
    (!filters.kind || clip.kind === filters.kind) &&
    (!filters.what || (clip.what?.includes(filters.what) ?? false)) &&
    clip.duration_s >= (filters.shortest_s ?? 0) &&
    clip.duration_s <= (filters.longest_s ?? Infinity) &&
    clip.peak >= filters.leastScore &&
    (!filters.protectedOnly || clip.protected)
  );
}

/** How many filters besides the camera are in force. */
export function inForce(filters: Filters): number {
  const { zone, kind, what, shortest_s, longest_s, leastScore, protectedOnly } = filters;
  return [zone, kind, what, shortest_s, longest_s, leastScore, protectedOnly].filter(Boolean).length;
}

/** The zones that recordings name, by name. */
export function zonesOf(clips: readonly Clip[]): string[] {
  return [...new Set(clips.flatMap(({ zones }) => zones))].sort((a, b) => a.localeCompare(b));
}
