/** What happened: entries by page and by day, and which of them somebody has looked at. */
import { api, ask, urlOf, type Result, type Schemas } from "./client.js";

export type Entry = Schemas["HistoryEntry"];
export type Kind = Schemas["HistoryKind"];

/** Which entries; what is left out does not matter. */
export interface Wanted {
  camera?: string | undefined;
  kind?: Kind | undefined;
  what?: Schemas["Kind"] | undefined;
  after?: number | undefined;
  before?: number | undefined;
  /** `x,y,width,height` in the picture of the camera, of which there must be one. */
  place?: string | undefined;
}

export interface Found {
  entries: readonly Entry[];
  /** Of a place: when the last one began of which nobody knows where it was; null: it is known of all. */
  unplaced_until: number | null;
}

export interface Page {
  limit: number;
  older_than?: number | undefined;
  /** Only what nobody has looked at. */
  onlyNew?: boolean;
}

/** Newest first. */
export async function entries(wanted: Wanted, { limit, older_than, onlyNew }: Page, signal: AbortSignal): Promise<Result<Found>> {
  const query = { ...queryOf(wanted), limit, ...(older_than && { older_than }), ...(onlyNew && { reviewed: "0" as const }) };
  return await ask(api.GET("/api/v1/history", { params: { query }, signal }));
}

/** The newest motion before a camera that has a picture. */
export async function pictured(camera: string): Promise<number | undefined> {
  const answer = await ask(api.GET("/api/v1/history", { params: { query: { camera: [camera], kind: ["motion"], limit: 20 } } }));
  return answer.ok ? answer.value.entries.find(({ picture }) => picture)?.id : undefined;
}

/** The picture of an event; null where there is none any more, undefined where Gcam can't be asked. */
export async function pictureOf(id: number): Promise<Blob | null | undefined> {
  const response = await fetch(urlOf(`/api/v1/history/${id}/picture.jpg`)).catch(() => undefined);
  if (response?.ok) return response.blob();
  return response?.status === 404 ? null : undefined;
}

/** Local days of `timezone` (`2026-11-21`) on which something happened. */
export async function daysWithEvents(wanted: Wanted, timezone: string): Promise<ReadonlySet<string>> {
  const query = { ...queryOf(wanted), timezone };
  const answer = await ask(api.GET("/api/v1/history/days", { params: { query } }));
  return new Set(answer.ok ? answer.value.days.map(({ day }) => day) : []);
}

/** How many nobody has looked at. */
export async function countNew(): Promise<number | undefined> {
  const answer = await ask(api.GET("/api/v1/history/unreviewed"));
  return answer.ok ? answer.value.count : undefined;
}

export function markReviewed(id: number, reviewed: boolean): Promise<Result<Entry>> {
  return ask(api.PATCH("/api/v1/history/{id}", { params: { path: { id } }, body: { reviewed } }));
}

/** All of `wanted` up to the newest one that was seen. */
export function markAllReviewed(wanted: Wanted, up_to: number): Promise<Result<{ count: number }>> {
  return ask(api.POST("/api/v1/history/review", { params: { query: queryOf(wanted) }, body: { up_to } }));
}

/** What is in a recording that was played. */
export function markPlayed(clip_id: string): Promise<Result<{ count: number }>> {
  return ask(api.POST("/api/v1/history/review", { body: { clip_id } }));
}

interface Asked {
  camera?: string[];
  kind?: Kind[];
  what?: Schemas["Kind"][];
  after?: number;
  before?: number;
  place?: string;
}

function queryOf({ camera, kind, what, after, before, place }: Wanted): Asked {
  return {
    ...(camera !== undefined && { camera: [camera] }),
    ...(kind !== undefined && { kind: [kind] }),
    ...(what !== undefined && { what: [what] }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    ...(place !== undefined && { place }),
  };
}
