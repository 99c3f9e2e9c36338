/** Links that show one recording to whoever has them, until they expire. */
import { api, ask, urlOf, type Result, type Schemas } from "./client.js";

export type Share = Schemas["Share"];
/** `reachable`: whether a guest could use a link that is made from here. */
export type Shares = Schemas["ShareList"];

/** Mine, or everybody's for who administers; of one recording or of all. */
export function sharesOf(clip?: string): Promise<Result<Shares>> {
  return clip === undefined ? ask(api.GET("/api/v1/shares")) : ask(api.GET("/api/v1/clips/{id}/shares", { params: { path: { id: clip } } }));
}

/** The new link's address: it is told this once. */
export async function share(clip: string, hours: number): Promise<Result<string>> {
  const answer = await ask(api.POST("/api/v1/clips/{id}/shares", { params: { path: { id: clip } }, body: { hours } }));
  return answer.ok ? { ok: true, value: answer.value.url ?? urlOf(`/${answer.value.path}`) } : answer;
}

export function revoke({ id }: Share): Promise<Result<unknown>> {
  return ask(api.DELETE("/api/v1/shares/{share_id}", { params: { path: { share_id: id } } }));
}

/** All that `sharesOf()` lists. */
export function revokeAll(): Promise<Result<unknown>> {
  return ask(api.DELETE("/api/v1/shares"));
}
