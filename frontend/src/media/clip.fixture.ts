/** Recordings for tests. */
import type { Schemas } from "../api/client.js";

type Clip = Schemas["Clip"];

export function clipOf(started_at: number, ended_at: number, more: Partial<Clip> = {}): Clip {
  return {
    id: `${more.camera_id ?? "door"}-${started_at}`,
    camera_id: "door",
    camera_name: "Door",
    kind: "motion",
    started_at,
    ended_at,
    duration_s: ended_at - started_at,
    thumbnail: true,
    size_bytes: 1000,
    frames: 10,
    width: 640,
    height: 480,
    peak: 4,
    reason: "",
    reason_said: null,
    event_ids: [],
    zones: [],
    protected: false,
    what: null,
    named: [],
    ...more,
  };
}
