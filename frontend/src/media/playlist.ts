/** What is played after what. Recordings are ordered by beginning. Pure. */
import type { Schemas } from "../api/client.js";

export type Clip = Schemas["Clip"];

/** Two recordings of a camera this close are one: it went on recording. */
export const SEAM_S = 2;

/** What runs in the background, beside events. */
export function isBand({ kind }: Pick<Clip, "kind">): boolean {
  return kind === "continuous" || kind === "timelapse";
}

export function ordered(clips: Iterable<Clip>): Clip[] {
  return [...clips].sort((a, b) => a.started_at - b.started_at || (a.id < b.id ? -1 : 1));
}

/** The recording to play after `current`: the one that continues it, else the next one of any camera. */
export function following(clips: readonly Clip[], current: Clip): Clip | undefined {
  return continuing(clips, current) ?? nextAfter(clips, current);
}

/** The same camera's recording that goes on where `current` ends. */
export function continuing(clips: readonly Clip[], current: Clip): Clip | undefined {
  return clips.find(
    ({ camera_id, started_at, ended_at }) =>
      camera_id === current.camera_id &&
      started_at > current.started_at &&
      ended_at > current.ended_at &&
      Math.abs(started_at - current.ended_at) <= SEAM_S,
  );
}

/** The next in the order of beginning; `current` itself need not be among `clips` any more. */
export function nextAfter(clips: readonly Clip[], current: Clip): Clip | undefined {
  return clips.find((clip) => comes(clip, current) > 0);
}

export function previousBefore(clips: readonly Clip[], current: Clip): Clip | undefined {
  return clips.findLast((clip) => comes(clip, current) < 0);
}

/** What was being recorded at `at`: an event rather than the continuous recording around it, the later one of two. */
export function clipAt(clips: readonly Clip[], at: number): Clip | undefined {
  const there = clips.filter(({ started_at, ended_at }) => started_at <= at && at < ended_at);
  return there.findLast((clip) => !isBand(clip)) ?? there.at(-1);
}

/** The same for playing in step: stays with the recording that is being played as long as it lasts. */
export function stayingAt(clips: readonly Clip[], at: number, playing: Clip | undefined): Clip | undefined {
  if (playing && playing.started_at <= at && at < playing.ended_at && clips.some(({ id }) => id === playing.id)) return playing;
  return clipAt(clips, at);
}

/** The recording to show for a press on `at`: there, or the one that begins next, or the last one before. */
export function nearest(clips: readonly Clip[], at: number): Clip | undefined {
  return clipAt(clips, at) ?? firstFrom(clips, at) ?? clips.at(-1);
}

export function firstFrom(clips: readonly Clip[], at: number): Clip | undefined {
  return clips.find(({ started_at }) => started_at >= at);
}

function comes(a: Clip, b: Clip): number {
  return a.started_at - b.started_at || (a.id === b.id ? 0 : a.id < b.id ? -1 : 1);
}
