/** Exports: one MP4 of all that a camera recorded in a range, made in the background. */
import { api, ask, urlOf, type Result, type Schemas } from "./client.js";

export type Export = Schemas["Export"];

/** Of the last day, newest first. */
export async function exportsMade(): Promise<Result<readonly Export[]>> {
  const answer = await ask(api.GET("/api/v1/exports"));
  return answer.ok ? { ok: true, value: answer.value.exports } : answer;
}

export function beginExport(camera: string, after: number, before: number): Promise<Result<Export>> {
  return ask(api.POST("/api/v1/exports", { body: { camera, after, before } }));
}

/** Stops it or removes its file. */
export function removeExport(id: string): Promise<Result<unknown>> {
  return ask(api.DELETE("/api/v1/exports/{id}", { params: { path: { id } } }));
}

export function exportUrl({ id }: Export): string {
  return urlOf(`/api/v1/exports/${encodeURIComponent(id)}/video.mp4`);
}
