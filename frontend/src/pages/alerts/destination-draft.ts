/** What the form of a destination asks for, by channel, and what of it is to be sent. Pure. */
import type { Schemas } from "../../api/client.js";

export type Destination = Schemas["AlertDestination"];
export type ChannelKind = Schemas["ChannelKind"];
type Body = Schemas["NewAlertDestination"];

export const KINDS = ["mail", "ntfy", "telegram", "discord", "webhook"] as const satisfies readonly ChannelKind[];
export const SECURITIES = ["starttls", "tls", "none"] as const;

export interface Field {
  name: string;
  type: "text" | "secret" | "number" | "list" | "security";
  /** Without it there is no way there. */
  needed?: boolean;
  /** What it is where nothing is said. */
  usual?: string;
}

export const FIELDS: Record<ChannelKind, readonly Field[]> = {
  mail: [
    { name: "host", type: "text", needed: true },
    { name: "security", type: "security", usual: "starttls" },
    { name: "port", type: "number", usual: "587" },
    { name: "user", type: "text" },
    { name: "password", type: "secret" },
    { name: "sender", type: "text", needed: true },
    { name: "to", type: "list", needed: true },
  ],
  ntfy: [
    { name: "topic", type: "secret", needed: true },
    { name: "server", type: "text", usual: "https://ntfy.sh" },
    { name: "token", type: "secret" },
  ],
  telegram: [
    { name: "token", type: "secret", needed: true },
    { name: "chat", type: "text", needed: true },
    { name: "server", type: "text", usual: "https://api.telegram.org" },
  ],
  discord: [{ name: "url", type: "secret", needed: true }],
  webhook: [
    { name: "url", type: "secret", needed: true },
    { name: "secret", type: "secret" },
  ],
};

/** What stands in a field of what is there already; a secret's never. */
export function shownIn({ name, type, usual = "" }: Field, there: Destination | undefined): string {
  const value = there?.settings[name];
  if (Array.isArray(value)) return value.join(", ");
  if (type !== "secret" && (typeof value === "string" || typeof value === "number")) return String(value);
  return there ? "" : usual;
}

/** Whether it is set, and may be taken away: then the form has a box for that. */
export function mayForget({ name, type, needed }: Field, there: Destination | undefined): boolean {
  return type === "secret" && !needed && name !== "password" && (there?.has.includes(name) ?? false);
}

/** `read`: what is in a field; `forgets`: whether its secret is to be taken away. A secret that is not typed stays as it is. */
export function settingsFrom(
  kind: ChannelKind,
  read: (name: string) => string,
  forgets: (name: string) => boolean,
): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const { name, type } of FIELDS[kind]) {
    const typed = read(name);
    if (type === "secret" && typed === "" && forgets(name)) settings[name] = null;
    else if (typed !== "") settings[name] = valueOf(type, typed);
  }
  if (kind === "mail" && settings["user"] === undefined) return { ...settings, user: null, password: null };
  return settings;
}

function valueOf(type: Field["type"], typed: string): unknown {
  if (type === "number") return Number(typed);
  return type === "list" ? typed.split(/[\s,;]+/).filter((one) => one !== "") : type === "secret" ? typed : typed.trim();
}

/** The port that goes with it, unless somebody chose another. */
export function portFor(security: string, port: string): string {
  const usual: Record<string, string> = { starttls: "587", tls: "465", none: "25" };
  return Object.values(usual).includes(port) ? (usual[security] ?? port) : port;
}

/** The same, switched on or off: what is secret of it stays where it is. */
export function switched({ name, kind, settings, language, person }: Destination, enabled: boolean): Body {
  return { name, kind, settings, language: language as NonNullable<Body["language"]>, person, enabled };
}
