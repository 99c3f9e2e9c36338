/**
 * Every address of the page, and what may stand behind its `?`: the only list. Links are made of it (`hashOf`) and
 * addresses read by it (`Query`), so that one that leads nowhere is a type error.
 */
export const ROUTES = {
  live: ["group"],
  "live/:camera": [],
  kiosk: ["group", "every"],
  guard: ["tab"],
  playback: ["clip", "camera", "at", "day"],
  cameras: ["add", "at", "called"],
  "cameras/:camera": [],
  "cameras/:camera/tune": [],
  publish: [],
  events: ["camera", "kind", "what", "day", "show", "place"],
  alerts: ["tab"],
  storage: ["tab"],
  system: ["tab"],
  people: ["tab", "who"],
} as const satisfies Record<string, readonly string[]>;

export type Route = keyof typeof ROUTES;
/** Those of the menu: the page's own name and nothing more. */
export type Start = Exclude<Route, `${string}/${string}`>;
export type Parameter = (typeof ROUTES)[Route][number];

type InPath<R> = R extends `${string}:${infer Name}/${infer Rest}` ? Name | InPath<Rest> : R extends `${string}:${infer Name}` ? Name : never;
type InQuery<R extends Route> = (typeof ROUTES)[R][number];
export type Values<R extends Route> = Record<InPath<R>, string> & Partial<Record<InQuery<R>, string | number | undefined>>;
/** None where nothing must be said. */
export type Said<R extends Route> = InPath<R> extends never ? [values?: Values<R>] : [values: Values<R>];

/** `hashOf("cameras/:camera/tune", { camera: "door" })`: `#/cameras/door/tune`. */
export function hashOf<R extends Route>(route: R, ...[values]: Said<R>): string {
  const said: Readonly<Record<string, string | number | undefined>> = values ?? {};
  const path = route.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(said[name] ?? ""));
  const known: readonly string[] = ROUTES[route];
  const behind = Object.entries(said).flatMap(([name, value]) => (known.includes(name) && value !== undefined ? [[name, String(value)]] : []));
  const query = new URLSearchParams(behind).toString();
  return `#/${path}${query && `?${query}`}`;
}

/** What stands behind the `?`. */
export interface Query {
  readonly size: number;
  has(name: Parameter): boolean;
  get(name: Parameter): string | null;
  getAll(name: Parameter): string[];
  toString(): string;
}
