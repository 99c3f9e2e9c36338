/**
 * The only way to the server: typed by docs/ref/openapi.yaml (`schema.d.ts` is made from it), answers as values.
 * Components import this and never fetch.
 */
import createClient from "openapi-fetch";
import { language, loadWords, REASONS } from "../i18n/i18n.js";
import type { Said } from "../i18n/reasons.js";
import type { components, paths } from "./schema.js";

export type Schemas = components["schemas"];

/** What went wrong: `code` is stable, `message` English and `said` the same by code, `field` names the value at fault. */
export interface ApiError {
  status: number;
  code: string;
  message: string;
  field?: string;
  said?: Said;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: ApiError };

/** Where Gcam lives, without a trailing slash; may be a sub-path. */
export function baseUrl(): string {
  return new URL(".", document.baseURI.split("#")[0]).href.replace(/\/$/, "");
}

/** The address of a picture or file for `src` and `href`. `path` begins with `/api/` or `/share/`. */
export function urlOf(path: string, query: Record<string, string | number | undefined> = {}): string {
  const url = new URL(baseUrl() + path);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}

/** The address of a WebSocket. */
export function socketUrlOf(path: string): string {
  return urlOf(path).replace(/^http/, "ws");
}

export const api = createClient<paths>({ baseUrl: baseUrl(), credentials: "same-origin" });

/** Where nobody takes it within this time, it is no longer how things are. */
const FRESH_MS = 5000;
const ahead = new Map<string, Promise<Response | undefined>>();

/** Asks now what `api` will be asked at this very address soon. */
export function askAhead(path: string): void {
  const url = urlOf(path);
  const answer = fetch(url, { credentials: "same-origin", headers: { "Accept-Language": language.value } });
  ahead.set(url, answer.catch(() => undefined));
  setTimeout(() => ahead.delete(url), FRESH_MS);
}

/** What was asked ahead, once. */
function askedAhead({ method, url }: Request): Promise<Response | undefined> | undefined {
  const answer = method === "GET" ? ahead.get(url) : undefined;
  ahead.delete(url);
  return answer;
}

let proven: () => Promise<boolean> = () => Promise.resolve(false);

/** `ask` is called when Gcam wants to know once more who it is; true: what was asked is asked again. */
export function onProofNeeded(ask: () => Promise<boolean>): void {
  proven = ask;
}

const copies = new WeakMap<Request, Request>();

api.use({
  onRequest({ request }) {
    request.headers.set("Accept-Language", language.value); // what is stored is said as the page speaks, not the browser
    copies.set(request, request.clone()); // a body can be sent once
    return askedAhead(request);
  },
  async onResponse({ request, response }) {
    if (response.status !== 403) return undefined;
    const said: unknown = await response.clone().json();
    const copy = copies.get(request);
    if (errorOf(said).code !== "proof" || !copy || !(await proven())) return undefined;
    return fetch(copy);
  },
});

const signedOutListeners = new Set<(code: string) => void>();

/** Told when the server says that nobody is signed in (`sign_in`) or that there is no owner yet (`no_owner`). */
export function onSignedOut(listener: (code: string) => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/**
 * Waits for a call of `api` and makes its answer a value:
 * `const cameras = await ask(api.GET("/api/v1/cameras"));`
 */
export async function ask<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<Result<T>> {
  let answer;
  try {
    answer = await call;
  } catch {
    return { ok: false, error: { status: 0, code: "unreachable", message: "Gcam does not answer." } };
  }
  if (answer.response.ok) return { ok: true, value: answer.data as T };
  const error = { status: answer.response.status, ...errorOf(answer.error) };
  if (error.status === 401 && error.code === "unknown")
    // Not Gcam's: Home Assistant's ingress session is over, or a proxy in between wants something.
    return { ok: false, error: { status: 0, code: "unreachable", message: "Gcam does not answer." } };
  await loadWords(REASONS); // whoever shows this error needs them
  if (error.status === 401) for (const listener of signedOutListeners) listener(error.code);
  return { ok: false, error };
}

function errorOf(body: unknown): Omit<ApiError, "status"> {
  const inner = (body as Partial<Schemas["Error"]> | undefined)?.error;
  if (typeof inner?.code !== "string" || typeof inner.message !== "string")
    return { code: "unknown", message: "Gcam gave an answer that this page does not understand." };
  const { code, message, field, reason, params } = inner;
  return {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(reason === undefined ? {} : { said: { code: reason, params: params ?? {} } }),
  };
}
