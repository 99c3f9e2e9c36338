/** Where in the page we are: `#/cameras/door/tune?tab=masks`. Hash routes work under every sub-path and in ingress. */
import { Store } from "./state/store.js";

export interface Place {
  /** `["cameras", "door", "tune"]` */
  path: readonly string[];
  query: URLSearchParams;
}

export function parse(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  return { path: path.split("/").filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

export function hashOf(path: readonly string[], query: Record<string, string | number | undefined> = {}): string {
  const entries = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  const tail = new URLSearchParams(entries).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${tail && `?${tail}`}`;
}

export const place = new Store<Place>(parse(location.hash));

/** A question before leaving, such as for unsaved changes: false keeps the page. */
export type LeaveGuard = () => boolean;
let guard: LeaveGuard | undefined;

/** At most one page asks at a time. Returns what takes the question back. */
export function askBeforeLeaving(question: LeaveGuard): () => void {
  guard = question;
  return () => {
    if (guard === question) guard = undefined;
  };
}

export function go(path: readonly string[], query: Record<string, string | number | undefined> = {}): void {
  location.hash = hashOf(path, query);
}

/** Changes the address without a new step in the browser's history. */
export function replace(path: readonly string[], query: Record<string, string | number | undefined> = {}): void {
  history.replaceState(null, "", hashOf(path, query));
  place.set(parse(location.hash));
}

let current = location.hash;

export function startRouter(): void {
  addEventListener("hashchange", () => {
    if (location.hash === current) return;
    if (guard && !guard()) {
      history.replaceState(null, "", current || "#/");
      return;
    }
    guard = undefined;
    current = location.hash;
    place.set(parse(current));
  });
  addEventListener("beforeunload", (event) => {
    if (guard && !guard()) event.preventDefault();
  });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
