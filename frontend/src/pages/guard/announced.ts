/** What a screen reader says of the guard: every state once, and no seconds. */
import type { Guard } from "../../api/guard.js";
import { words } from "../../i18n/i18n.js";
import { modeName, secondsLeft } from "../../state/guard.js";
import type { NameOf } from "./watched.js";

const t = words("guard");
const common = words("common");

export interface Announced {
  /** When whoever listens has heard what they were hearing. */
  politely: string;
  /** In the midst of anything. */
  atOnce: string;
}

/** The same as long as the state is the same: what is said anew is what has changed. */
export function announced(guard: Guard, nameOf: NameOf): Announced {
  const { phase, mode, since, until, alarm } = guard;
  const state = [common(`guard.${phase}`), mode && modeName(mode)].filter(Boolean).join(", ");
  if (phase === "alarm") {
    const camera = alarm?.causes[0]?.camera_id;
    return { politely: "", atOnce: camera ? t("announced.alarm_at", { camera: nameOf(camera) }) : t("announced.alarm") };
  }
  const count = secondsLeft(until, since);
  const whole = count === undefined ? state : t("announced.left", { state, count });
  return phase === "entry" ? { politely: "", atOnce: whole } : { politely: whole, atOnce: "" };
}
