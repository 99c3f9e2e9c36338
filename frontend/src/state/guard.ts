/** How the guard looks wherever it is shown. Small: the shell has it. */
import { mdiBellRing, mdiShieldAlertOutline, mdiShieldHalfFull, mdiShieldLock, mdiShieldOffOutline } from "@mdi/js";
import type { Schemas } from "../api/client.js";
import { words } from "../i18n/i18n.js";

type Guard = Schemas["Guard"];
export type Phase = Guard["phase"];

export const PHASE_ICONS: Record<Phase, string> = {
  disarmed: mdiShieldOffOutline,
  arming: mdiShieldHalfFull,
  armed: mdiShieldLock,
  entry: mdiShieldAlertOutline,
  alarm: mdiBellRing,
};

const t = words("common");
/** As every Gcam has them at first, until somebody calls them otherwise. */
const USUAL: Readonly<Record<string, string>> = { away: "Away", home: "Home", night: "Night" };

/** In the page's language where nobody has chosen another. */
export function modeName({ id, name }: Schemas["GuardModeName"]): string {
  return USUAL[id] === name ? t(`guard.usual.${id}`) : name;
}

/** Whether somebody is to know of it on every page: time runs out, or there was an alarm. */
export function isUrgent({ phase, alarm }: Pick<Guard, "phase" | "alarm">): boolean {
  return phase === "arming" || phase === "entry" || phase === "alarm" || alarm !== null;
}

/** Whole seconds until then; undefined where nothing ends by itself. A second is shown until it is over. */
export function secondsLeft(until: number | null, now: number): number | undefined {
  return until === null ? undefined : Math.max(0, Math.ceil(until - now));
}
