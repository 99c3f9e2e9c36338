/** The timeline's rows: the cameras that are shown, also those that exist no more but have left recordings. Pure. */
import type { Clip } from "../../media/playlist.js";
import type { Filters } from "./filters.js";
import type { Row } from "./timeline-paint.js";

/** `all`: the day's recordings; `shown`: those that pass the filters. In the order of the cameras' list. */
export function rowsOf(
  cameras: readonly { id: string; name: string }[],
  all: readonly Clip[],
  shown: readonly Clip[],
  filters: Filters,
): Row[] {
  const names = new Map(cameras.map(({ id, name }) => [id, name]));
  for (const { camera_id, camera_name } of all) if (!names.has(camera_id)) names.set(camera_id, camera_name);
  const clips = new Map<string, Clip[]>();
  for (const clip of shown) {
    const own = clips.get(clip.camera_id);
    if (own) own.push(clip);
    else clips.set(clip.camera_id, [clip]);
  }
  return [...names]
    .filter(([id]) => filters.cameras?.has(id) ?? true)
    .map(([id, name]) => ({ camera: id, name, clips: clips.get(id) ?? [] }));
}
