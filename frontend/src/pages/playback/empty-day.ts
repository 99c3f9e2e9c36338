/** What stands in place of the list when a day shows no recordings: why, and what to do. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import { mdiVideoOffOutline } from "@mdi/js";
import { html } from "lit";
import "../../components/empty.js";
import { messageOf } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import type { DayFootage } from "./footage.js";

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
      <wa-button @click=${ways.again}>${common("retry")}</wa-button>
    </gcam-empty>`;
  if (clips.length > 0)
    return html`<gcam-empty .icon=${mdiVideoOffOutline} .heading=${t("all_filtered")} .text=${t("all_filtered_text", { count: clips.length })}>
      <wa-button @click=${ways.everything}>${t("no_filters")}</wa-button>
    </gcam-empty>`;
  return html`<gcam-empty .icon=${mdiVideoOffOutline} .heading=${t("no_recordings")} .text=${t("no_recordings_text")}>
    <wa-button @click=${ways.newest}>${t("to_newest")}</wa-button>
    <a href="#/events">${t("to_events")}</a>
  </gcam-empty>`;
}
