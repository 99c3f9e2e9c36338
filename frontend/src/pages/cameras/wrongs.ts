/** Errors of the server as sentences of the page's language, and where they stand. Pure but for the words. */
import type { ApiError } from "../../api/client.js";
import { messageOf } from "../../components/notify.js";
import { hasWord, words } from "../../i18n/i18n.js";
import type { Wrongs } from "./draft.js";

const t = words("cameras");
/** Reasons that say more than the field's own words. */
const BETTER_SAID = new Set(["camera_password_elsewhere", "probe_certificate", "onvif_fault", "onvif_no_stream", "onvif_other", "board_claimed", "board_hung_up", "board_token_wrong", "board_too_new", "board_too_old", "board_unclaimed", "no_board_push", "push_no_status"]);
const ADDRESS_CODES = new Set(["unreachable", "stalled", "protocol", "rejected", "source"]);

/** By field; an address that does not answer is an error of the address. Empty where it belongs to no field. */
export function wrongsOf(error: ApiError): Wrongs {
  const field = error.field ?? (ADDRESS_CODES.has(error.code) && error.status === 503 ? "url" : undefined);
  return field === undefined ? new Map() : new Map([[field, error]]);
}

/** What goes wrong with RTSP is told apart so well that the fields' own words would say less. */
function isOfRtsp({ field, said }: ApiError): boolean {
  const address = said?.params["address"];
  return field === undefined && typeof address === "string" && /^rtsps?:/.test(address);
}

/** It has no user and password, but the token that its owner set. */
export function wantsToken({ said }: ApiError): boolean {
  return said?.code === "board_claimed" || said?.code === "board_token_wrong";
}

export function sentenceOf(error: ApiError | undefined): string | undefined {
  if (!error) return undefined;
  if (BETTER_SAID.has(error.said?.code ?? "") || isOfRtsp(error)) return messageOf(error);
  const own = [`wrong.${error.field ?? ""}`, `problem.${error.code}`].find((key) => hasWord("cameras", key));
  return own === undefined ? messageOf(error) : t(own);
}
