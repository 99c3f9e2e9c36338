/** What the form of a rule offers, what of it is to be sent, and the sentence that says what a rule does. Pure. */
import type { Schemas } from "../../api/client.js";

export type Rule = Schemas["AlertRule"];
export type Topic = Schemas["AlertTopic"];
export type NewRule = Schemas["NewAlertRule"];

export const TOPICS = ["motion", "alarm", "tamper", "guard", "lost", "not_recording", "storage", "system", "channel", "sign_in"] as const satisfies readonly Topic[];
export const IMPORTANCES = ["quiet", "normal", "urgent"] as const;
export const AT_MOST_S = [0, 60, 300, 900, 3600] as const;
export const LOST_S = [30, 60, 300, 900, 3600] as const;
/** Of a camera, so that which matters. */
const OF_CAMERAS: readonly Topic[] = ["motion", "alarm", "tamper", "lost", "not_recording"];

/** What a new one begins with. */
export function newRule(to: readonly string[]): NewRule {
  return { name: "", topics: ["motion"], to: [...to] };
}

/** What is offered, and what was chosen although it is not there any more: nobody loses it by looking. */
export function offered(known: readonly string[], chosen: readonly string[]): string[] {
  return [...new Set([...known, ...chosen])];
}

export function ofCameras(topics: readonly Topic[]): boolean {
  return topics.some((topic) => OF_CAMERAS.includes(topic));
}

/** `data` as the form gives it. */
export function ruleFrom(data: FormData, enabled: boolean): NewRule {
  const text = (name: string): string => {
    const value = data.get(name);
    return typeof value === "string" ? value : "";
  };
  const all = <T extends string>(name: string): T[] => data.getAll(name).filter((one): one is T => typeof one === "string");
  const [start, end] = [text("quiet_start"), text("quiet_end")];
  const when = text("when");
  return {
    name: text("name").trim(),
    enabled,
    topics: all<Topic>("topics"),
    to: all("to"),
    cameras: all("cameras"),
    kinds: all<NonNullable<NewRule["kinds"]>[number]>("kinds"),
    zones: all("zones"),
    armed: when === "armed",
    modes: when === "armed" ? all("modes") : [],
    quiet: start && end ? { start, end } : null,
    picture: data.has("picture"),
    clip: data.has("clip"),
    importance: text("importance") as Rule["importance"],
    at_most_every_s: Number(text("at_most_every_s")),
    lost_after_s: Number(text("lost_after_s")),
  };
}

/** The same, switched on or off. */
export function turned(rule: Rule, enabled: boolean): NewRule {
  const body: NewRule & { id?: string } = { ...rule, enabled };
  delete body.id;
  return body;
}

export interface Names {
  camera: (id: string) => string;
  destination: (id: string) => string;
  mode: (id: string) => string;
  kind: (kind: Rule["kinds"][number]) => string;
  list: (items: readonly string[]) => string;
  t: (key: string, values?: Record<string, unknown>) => string;
}

/** “Motion, camera away · Door · persons · while armed → Ada’s phone”. */
export function says(rule: Rule, { camera, destination, mode, kind, list, t }: Names): string {
  const parts = [list(rule.topics.map((topic) => t(`topic.${topic}`)))];
  if (ofCameras(rule.topics)) parts.push(rule.cameras.length > 0 ? list(rule.cameras.map(camera)) : t("every_camera"));
  if (rule.topics.includes("motion")) {
    if (rule.kinds.length > 0) parts.push(list(rule.kinds.map(kind)));
    if (rule.zones.length > 0) parts.push(t("in_zones", { zones: list(rule.zones) }));
  }
  if (rule.armed) parts.push(rule.modes.length > 0 ? t("while_in", { modes: list(rule.modes.map(mode)) }) : t("while_armed"));
  if (rule.quiet) parts.push(t("quiet_from", { ...rule.quiet }));
  return `${parts.join(" · ")} → ${list(rule.to.map(destination))}`;
}

/** An id of what people call it, which nobody else has: “Ada’s phone” is `ada-s-phone`. */
export function idOf(name: string, taken: readonly string[]): string {
  const plain = name.normalize("NFKD").replace(/\p{Mark}/gu, "").toLowerCase();
  const base = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40) || "alert";
  let [id, count] = [base, 1];
  while (taken.includes(id)) id = `${base}-${++count}`;
  return id;
}
