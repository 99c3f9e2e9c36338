/** All exports there are: how far they are, what became of them, to download and to remove. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js";
import { mdiDelete, mdiDownload, mdiFileVideoOutline } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { exportsMade, exportUrl, removeExport, type Export } from "../../api/exports.js";
import "../../components/empty.js";
import "../../components/icon.js";
import { notifyError } from "../../components/notify.js";
import { WhileVisible } from "../../components/while-visible.js";
import { bytes, dateTime, duration } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { storageStyles } from "./storage.styles.js";

const t = words("storage");
const EVERY_MS = 2000;
const KEPT_S = 86_400;

@customElement("gcam-exports-list")
export class ExportsList extends LitElement {
  static override styles = storageStyles;

  @state() private made: readonly Export[] | undefined;

  constructor() {
    super();
    new WhileVisible(this, EVERY_MS, () => this.load());
  }

  protected override render(): unknown {
    if (this.made?.length === 0)
      return html`<gcam-empty .icon=${mdiFileVideoOutline} .heading=${t("no_exports")} .text=${t("no_exports_text")}></gcam-empty>`;
    return html`<p class="quiet">${t("exports_text")}</p>
      <ul>
        ${(this.made ?? []).map((item) => this.item(item))}
      </ul>`;
  }

  private item(item: Export): unknown {
    const underway = item.state === "waiting" || item.state === "running";
    const done = item.state === "done";
    return html`<li>
      <span>
        <strong>${item.camera_name}</strong> · ${dateTime(item.after)} – ${dateTime(item.before)}<br />
        ${done ? `${duration(item.duration_s)} · ${bytes(item.size_bytes)}` : t(`export_state.${item.state}`)}
        ${item.problem ? html`<span>${sentence(item.problem_said, item.problem)}</span>` : nothing}<br />
        <small>${t("made_by", { who: item.created_by, when: dateTime(item.created_at) })} · ${t("until", { when: dateTime(item.created_at + KEPT_S) })}</small>
        ${underway
          ? html`<wa-progress-bar label=${t(`export_state.${item.state}`)} value=${Math.round(item.progress * 100)}></wa-progress-bar>`
          : nothing}
      </span>
      <span class="actions">
        ${done
          ? html`<wa-button size="s" appearance="outlined" href=${exportUrl(item)} download=""
              ><gcam-icon slot="start" .path=${mdiDownload}></gcam-icon>${t("download")}</wa-button
            >`
          : nothing}
        <wa-button size="s" appearance="plain" @click=${() => void this.end(item)}
          ><gcam-icon slot="start" .path=${mdiDelete}></gcam-icon>${t(underway ? "stop" : "remove")}</wa-button
        >
      </span>
    </li>`;
  }

  private async load(): Promise<void> {
    const answer = await exportsMade();
    if (answer.ok) this.made = answer.value;
    else if (!this.made) notifyError(answer.error);
  }

  private async end(item: Export): Promise<void> {
    const answer = await removeExport(item.id);
    if (!answer.ok && answer.error.status !== 404) notifyError(answer.error);
    await this.load();
  }
}
