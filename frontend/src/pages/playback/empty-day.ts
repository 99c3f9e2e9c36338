/** What stands in place of the list when a day shows no recordings: why, and what to do. Who shows it has the styles `buttons`. */
import { mdiVideoOffOutline } from "@mdi/js";
import { html } from "lit";
import "../../components/empty.js";
import { messageOf } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import type { DayFootage } from "./footage.js";
import { hashOf } from "../../routes.js";

const t = words("playback");
const common = words("common");

export interface WaysOut {
  again: () => void;
  everything: () => void;
  newest: () => void;
}

export function emptyDay({ status, error, clips }: DayFootage, ways: WaysOut): unknown {
  if (status === "loading") return html`<p role="status">${common("loading")}</p>`;
  if (error)
    return html`<gcam-empty .icon=${mdiVideoOffOutline} .heading=${t("not_loaded")} .text=${messageOf(error)}>
      <button type="button" class="button" @click=${ways.again}>${common("retry")}</button>
    </gcam-empty>`;
  if (clips.length > 0)
    return html`<gcam-empty .icon=${mdiVideoOffOutline} .heading=${t("all_filtered")} .text=${t("all_filtered_text", { count: clips.length })}>
      <button type="button" class="button" @click=${ways.everything}>${t("no_filters")}</button>
    </gcam-empty>`;
  return html`<gcam-empty .icon=${mdiVideoOffOutline} .heading=${t("no_recordings")} .text=${t("no_recordings_text")}>
    <button type="button" class="button" @click=${ways.newest}>${t("to_newest")}</button>
    <a href=${hashOf("events")}>${t("to_events")}</a>
  </gcam-empty>`;
}
