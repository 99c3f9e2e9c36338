/** How a camera fares, in a word, a colour and a sentence. */
import { causeSentence, noRecordingSentence } from "../../i18n/causes.js";
import { time } from "../../i18n/format.js";
import { hasWord, words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import type { Camera, CameraState } from "../../state/gcam.js";

const t = words("live");

export type Look = "connected" | "motion" | "recording" | "reconnecting" | "lost" | "disabled" | "privacy" | "unseeing";

/** Why what a camera shows is not its place. */
const UNSEEING: ReadonlySet<string | null> = new Set(["covered", "blinded", "turned"]);

/** The colour: what matters most first. */
export function lookOf({ state }: Camera): Look {
  if (!state) return "disabled";
  if (state.status === "connecting") return "reconnecting";
  if (state.status !== "connected") return state.status;
  if (state.motion) return "motion";
  if (UNSEEING.has(state.problem_code)) return "unseeing";
  return state.recording ? "recording" : "connected";
}

/** In a word or two: “Motion”, “Reconnecting since 14:03”. */
export function labelOf(camera: Camera): string {
  const look = lookOf(camera);
  const { state } = camera;
  if (look === "motion" || look === "recording") return t(look);
  const status = t(`status.${state?.status ?? "disabled"}`);
  if (state && (look === "lost" || state.status === "reconnecting")) return t("since", { status, when: time(state.since, false) });
  return status;
}

/**
 * Why there is no picture, or not the one there should be; empty where all is well. Of one that dials in it is said
 * otherwise than of one that is asked.
 */
export function problemOf({ state }: Camera): string {
  if (!state || (state.status === "connected" && !UNSEEING.has(state.problem_code))) return "";
  const keys = [state.problem_said?.code, state.problem_code].map((code) => `problem.${code ?? ""}`);
  const key = keys.find((one) => hasWord("live", one));
  return key ? t(key) : sentence(state.problem_said, state.problem ?? "");
}

/** What detection makes of the picture now. */
export function reasonOf(state: CameraState): string {
  return causeSentence(state) || sentence(state.reason_said, state.reason);
}

/** Why nothing is recorded, empty while it is or may be. */
export function notRecordingBecause(state: CameraState): string {
  return noRecordingSentence(state.no_recording_code, sentence(state.no_recording_reason_said, state.no_recording_reason ?? ""));
}
