/** How much is stored of each camera, and the trash. */
import { api, ask, urlOf, type Result, type Schemas } from "./client.js";

export type Stored = Schemas["StoredCamera"];
export type Trash = Schemas["TrashList"];
export type Discarded = Trash["trash"][number];

/** By name. */
export async function storedOfCameras(): Promise<Result<readonly Stored[]>> {
  const answer = await ask(api.GET("/api/v1/storage/cameras"));
  return answer.ok ? { ok: true, value: answer.value.cameras } : answer;
}

/** What was deleted last comes first. */
export function trash(limit: number): Promise<Result<Trash>> {
  return ask(api.GET("/api/v1/trash", { params: { query: { limit } } }));
}

/** For good. */
export function deleteForGood(id: string): Promise<Result<unknown>> {
  return ask(api.DELETE("/api/v1/trash/{id}", { params: { path: { id } } }));
}

export function emptyTrash(): Promise<Result<{ count: number }>> {
  return ask(api.DELETE("/api/v1/trash"));
}

export function discardedUrl({ clip }: Discarded): string {
  return urlOf(`/api/v1/trash/${encodeURIComponent(clip.id)}/thumbnail.jpg`);
}
