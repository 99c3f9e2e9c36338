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
  history.replaceState(history.state, "", hashOf(path, query));
  current = location.hash;
  place.set(parse(current));
}

let current = location.hash;
/** How many steps into the browser's history we are; each step knows its own, to go back to where a page was kept. */
let step = 0;

interface Step {
  gcamStep?: number;
}

export function startRouter(): void {
  addEventListener("hashchange", () => {
    if (location.hash === current) return;
    const there = (history.state as Step | null)?.gcamStep ?? step + 1;
    if (guard && !guard()) {
      history.go(step - there); // its own event finds the address as it was
      return;
    }
    guard = undefined;
    step = there;
    history.replaceState({ gcamStep: step } satisfies Step, "");
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
