/** Recordings: which there are, their files, what one does with them. */
import { api, ask, urlOf, type Result, type Schemas } from "./client.js";

export type Clip = Schemas["Clip"];

const PAGE = 1000;
/** Recordings that began this much before a day and reach into it are found too. */
const LOOK_BACK_S = 3 * 3600;

/** Everything recorded between the two moments, `onPage` after each thousand. */
export async function recordingsBetween(
  start: number,
  end: number,
  onPage: (clips: readonly Clip[]) => void,
  signal: AbortSignal,
): Promise<Result<null>> {
  const known = new Set<string>();
  let last: Clip | undefined;
  for (;;) {
    const query = { after: start - LOOK_BACK_S, before: end, limit: PAGE, ...(last && { older_than: last.id }) };
    const answer = await ask(api.GET("/api/v1/clips", { params: { query }, signal }));
    if (!answer.ok) return answer;
    const { clips } = answer.value;
    const fresh = clips.filter(({ id }) => !known.has(id));
    for (const { id } of fresh) known.add(id);
    onPage(fresh.filter(({ ended_at }) => ended_at > start));
    last = clips.at(-1);
    if (clips.length < PAGE || !last || fresh.length === 0) return { ok: true, value: null };
  }
}

/** Local days with recordings (`2026-11-21`) that began between the two moments. */
export async function daysBetween(start: number, end: number): Promise<ReadonlySet<string>> {
  const answer = await ask(api.GET("/api/v1/days", { params: { query: { after: start, before: end } } }));
  return new Set(answer.ok ? answer.value.days.map(({ day }) => day) : []);
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

/** It lies in the trash for some days: see `restore`. */
export function remove(id: string): Promise<Result<unknown>> {
  return ask(api.DELETE("/api/v1/clips/{id}", { params: { path: { id } } }));
}

export function restore(id: string): Promise<Result<Clip>> {
  return ask(api.POST("/api/v1/clips/{id}/restore", { params: { path: { id } } }));
}

export function thumbnailUrl({ id }: Clip): string {
  return urlOf(`/api/v1/clips/${encodeURIComponent(id)}/thumbnail.jpg`);
}

export function downloadUrl({ id }: Clip): string {
  return urlOf(`/api/v1/clips/${encodeURIComponent(id)}/video.mp4`, { download: 1 });
}

/** The camera's own JPEG of the frame at `film_s`, where originals are kept. */
export function originalUrl({ id }: Clip, film_s: number): string {
  return urlOf(`/api/v1/clips/${encodeURIComponent(id)}/original.jpg`, { t: film_s });
}

/** That JPEG, or undefined where originals are not kept. */
export function original(clip: Clip, film_s: number): Promise<Blob | undefined> {
  return picture(originalUrl(clip, film_s));
}

/** Its very first picture, in full size (up to 4096 pixels). Undefined where the video can't be read. */
export function firstFrame({ id, width }: Clip): Promise<Blob | undefined> {
  return picture(urlOf(`/api/v1/clips/${encodeURIComponent(id)}/frame.jpg`, { width: Math.min(width, 4096), exact: 1 }));
}

async function picture(url: string): Promise<Blob | undefined> {
  const response = await fetch(url, { credentials: "same-origin" }).catch(() => undefined);
  return response?.ok ? response.blob() : undefined;
}

/** When each frame is shown, seconds from the video's beginning. Empty where the video can't be read. */
export async function frameTimesOf({ id }: Clip): Promise<readonly number[]> {
  const answer = await ask(api.GET("/api/v1/clips/{id}/frames", { params: { path: { id } } }));
  return answer.ok ? answer.value.times : [];
}
