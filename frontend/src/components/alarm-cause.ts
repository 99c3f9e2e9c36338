/** What an alarm is made of, in a sentence; of the words `guard`. */
import type { Cause } from "../api/guard.js";
import { words } from "../i18n/i18n.js";
import { whatWords } from "./what.js";

const t = words("guard");

/** “Yard: person”. */
export function saidOf({ kind, camera_id, what, tamper }: Cause, nameOf: (camera: string) => string): string {
  if (kind === "hand") return t("alarm.hand");
  const camera = nameOf(camera_id ?? "");
  if (kind === "tamper") return t(`tamper.${tamper ?? "lost"}`, { camera });
  const named = whatWords(what);
  return named ? t("alarm.what", { camera, what: named }) : t("alarm.motion", { camera });
}
