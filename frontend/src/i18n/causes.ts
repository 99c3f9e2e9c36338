/** Why the detector decided as it did, and why nothing is recorded, as sentences. Pages that use it load the words `causes`. */
import type { Schemas } from "../api/client.js";
import { number } from "./format.js";
import { hasWord, language, words } from "./i18n.js";

export interface Reasoned {
  cause: Schemas["Cause"] | null;
  score: number;
  threshold: number;
  zones?: readonly string[];
}

const t = words("causes");

/** “3.4 % of the picture moved in Path”; empty before the first decision. */
export function causeSentence({ cause, score, threshold, zones = [] }: Reasoned): string {
  if (cause === null) return "";
  const key = cause === "motion" && zones.length > 0 ? "motion_in" : cause;
  return t(key, { score: share(score), threshold: share(threshold), zones: listed(zones) });
}

/** The server's `no_recording_code` as a sentence; its own English one where the code is new to this page. */
export function noRecordingSentence(code: string | null, reason: string | null): string {
  if (code !== null && hasWord("causes", `no_recording.${code}`)) return t(`no_recording.${code}`);
  return reason ?? "";
}

/** Percent of the picture with as many digits as tell something. */
export function share(percent: number): string {
  const digits = percent >= 10 ? 0 : percent >= 0.1 ? 1 : 2;
  return number(percent, digits);
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? "";
  return new Intl.ListFormat(language.value, { type: "conjunction" }).format(names);
}
