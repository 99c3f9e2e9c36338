/** Where in the page we are: one of `routes.ts`. Hash routes work under every sub-path and in ingress. */
import { hashOf, type Query, type Route, type Said } from "./routes.js";
import { Store } from "./state/store.js";

export interface Place {
  /** `["cameras", "door", "tune"]` */
  path: readonly string[];
  query: Query;
}

export function parse(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  return { path: path.split("/").filter(Boolean).map(decode), query: new URLSearchParams(query) };
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

export function go<R extends Route>(route: R, ...values: Said<R>): void {
  location.hash = hashOf(route, ...values);
}

/** Changes the address without a new step in the browser's history. */
export function replace<R extends Route>(route: R, ...values: Said<R>): void {
  history.replaceState(history.state, "", hashOf(route, ...values));
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
