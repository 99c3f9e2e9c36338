/** Links that show one recording to whoever has them, until they expire. */
import { api, ask, urlOf, type Result, type Schemas } from "./client.js";

export type Share = Schemas["Share"];

export async function sharesOf(clip: string): Promise<Result<readonly Share[]>> {
  const answer = await ask(api.GET("/api/v1/clips/{id}/shares", { params: { path: { id: clip } } }));
  return answer.ok ? { ok: true, value: answer.value.shares } : answer;
}

/** The new link's address: it is told this once. */
export async function share(clip: string, hours: number): Promise<Result<string>> {
  const answer = await ask(api.POST("/api/v1/clips/{id}/shares", { params: { path: { id: clip } }, body: { hours } }));
  return answer.ok ? { ok: true, value: urlOf(`/${answer.value.path}`) } : answer;
}

export function revoke({ id, clip_id }: Share): Promise<Result<unknown>> {
  return ask(api.DELETE("/api/v1/clips/{id}/shares/{share_id}", { params: { path: { id: clip_id, share_id: id } } }));
}
