/** Recordings: which there are, their files, what one does with them. */
import { frameTimes_s, indexEnd_bytes } from "../media/frame-times.js";
import { api, ask, urlOf, type Result, type Schemas } from "./client.js";

export type Clip = Schemas["Clip"];

const PAGE = 1000;
/** Recordings that began this much before a day and reach into it are found too. */
const LOOK_BACK_S = 3 * 3600;
const INDEX_BYTES = 64 * 1024;

/** Everything recorded between the two moments, `onPage` after each thousand. */
export async function recordingsBetween(
  start: number,
  end: number,
  onPage: (clips: readonly Clip[]) => void,
  signal: AbortSignal,
): Promise<Result<null>> {
  const known = new Set<string>();
  let before = end;
  for (;;) {
    const query = { after: start - LOOK_BACK_S, before, limit: PAGE };
    const answer = await ask(api.GET("/api/v1/clips", { params: { query }, signal }));
    if (!answer.ok) return answer;
    const { clips } = answer.value;
    const fresh = clips.filter(({ id }) => !known.has(id));
    for (const { id } of fresh) known.add(id);
    onPage(fresh.filter(({ ended_at }) => ended_at > start));
    const last = clips.at(-1);
    if (clips.length < PAGE || !last || fresh.length === 0) return { ok: true, value: null };
    before = last.started_at + 0.000_001; // others may have begun in the very same moment
  }
}

/** Whether anything was recorded then. */
export async function isAnythingBetween(start: number, end: number): Promise<boolean> {
  const query = { after: start, before: end, limit: 1 };
  const answer = await ask(api.GET("/api/v1/clips", { params: { query } }));
  return answer.ok && answer.value.clips.length > 0;
}

export async function newestRecording(before?: number): Promise<Clip | undefined> {
  const query = before === undefined ? { limit: 1 } : { before, limit: 1 };
  const answer = await ask(api.GET("/api/v1/clips", { params: { query } }));
  return answer.ok ? answer.value.clips[0] : undefined;
}

export function recording(id: string): Promise<Result<Clip>> {
  return ask(api.GET("/api/v1/clips/{id}", { params: { path: { id } } }));
}

export function protect(id: string, isProtected: boolean): Promise<Result<Clip>> {
  return ask(api.PATCH("/api/v1/clips/{id}", { params: { path: { id } }, body: { protected: isProtected } }));
}

export function remove(id: string): Promise<Result<unknown>> {
  return ask(api.DELETE("/api/v1/clips/{id}", { params: { path: { id } }, keepalive: true }));
}

export function thumbnailUrl({ id }: Clip): string {
  return urlOf(`/api/v1/clips/${encodeURIComponent(id)}/thumbnail.jpg`);
}

export function downloadUrl({ id }: Clip): string {
  return urlOf(`/api/v1/clips/${encodeURIComponent(id)}/video.mp4`, { download: 1 });
}

/** When each frame of the video is shown, seconds from its beginning. Empty where the video can't be read. */
export async function frameTimesOf({ id }: Clip): Promise<number[]> {
  const url = urlOf(`/api/v1/clips/${encodeURIComponent(id)}/video.mp4`);
  let head = await firstBytes(url, INDEX_BYTES);
  const end = head ? indexEnd_bytes(head) : 0;
  if (head && end > head.byteLength) head = await firstBytes(url, end);
  return head ? frameTimes_s(head) : [];
}

async function firstBytes(url: string, count: number): Promise<ArrayBuffer | undefined> {
  const response = await fetch(url, { headers: { Range: `bytes=0-${count - 1}` } }).catch(() => undefined);
  return response?.ok ? response.arrayBuffer() : undefined;
}
