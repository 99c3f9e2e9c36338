/** Who uses this page and what they may. The server decides; this only spares people buttons that would refuse. */
import { Store } from "./store.js";

export type Permission = "view" | "playback" | "control" | "configure" | "push" | "metrics" | "administer";

export interface Session {
  /** `unknown` until asked; `signed_out`: sign in; `no_owner`: the first visit creates the owner. */
  status: "unknown" | "signed_in" | "signed_out" | "no_owner";
  id: string;
  name: string;
  /** `home_assistant` and `token` have no password here. */
  kind: "local" | "home_assistant" | "token";
  /** Who is not `active` may nothing. */
  standing: "active" | "asking" | "blocked";
  permissions: ReadonlySet<Permission>;
  /** Comes through Home Assistant, which signs in and out. */
  ingress: boolean;
  /** Gcam's time zone; this device's where Gcam does not know. */
  timezone: string;
}

export const session = new Store<Session>({
  status: "unknown",
  id: "",
  name: "",
  kind: "local",
  standing: "active",
  permissions: new Set(),
  ingress: false,
  timezone: "UTC",
});

export function may(permission: Permission): boolean {
  return session.value.permissions.has(permission);
}

/** Where a link beside the page opens: a tab of its own would leave Home Assistant, which signs in for its own frame alone. */
export function beside(): "_blank" | "_self" {
  return session.value.ingress ? "_self" : "_blank";
}
