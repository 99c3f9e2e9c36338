/** Peace for a while: nothing is told of one camera, or of all, but alarms. */
import { mdiBellSleepOutline } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import "../../components/icon.js";
import { notifyError } from "../../components/notify.js";
import { dateTime } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { gcam } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";
import { alertsStyles } from "./alerts.styles.js";

const t = words("alerts");
const SPANS_S = [900, 3600, 28_800, 86_400] as const;

@customElement("gcam-alert-snooze")
export class AlertSnooze extends LitElement {
  static override styles = alertsStyles;

  @property({ attribute: false }) alerts!: Schemas["Alerts"];
  private readonly gcam = new Follow(this, gcam);
  @query("#camera") private readonly camera!: HTMLSelectElement;
  @query("#span") private readonly span!: HTMLSelectElement;

  protected override render(): unknown {
    const cameras = this.gcam.value.cameras ?? [];
    return html`<h2>${t("peace")}</h2>
      <p class="quiet">${t("peace_text")}</p>
      ${this.paused()}
      <div class="row">
        <label class="choice"
          >${t("peace_from")}
          <select id="camera">
            <option value="">${t("every_camera")}</option>
            ${cameras.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
          </select></label
        >
        <label class="choice"
          >${t("peace_for")}
          <select id="span">
            ${SPANS_S.map((seconds) => html`<option value=${seconds}>${t(`span.${seconds}`)}</option>`)}
          </select></label
        >
        <button type="button" class="button outlined" @click=${() => void this.snooze(this.camera.value || null, Number(this.span.value))}>
          <gcam-icon .path=${mdiBellSleepOutline}></gcam-icon>${t("peace_begin")}
        </button>
      </div>`;
  }

  private paused(): unknown {
    if (this.alerts.snoozes.length === 0) return nothing;
    return html`<ul>
      ${this.alerts.snoozes.map(
        ({ camera, until }) =>
          html`<li>
            <span class="what">${t("peace_until", { camera: this.nameOf(camera), when: dateTime(until) })}</span>
            <button type="button" class="button outlined small" @click=${() => void this.snooze(camera, 0)}>${t("peace_end")}</button>
          </li>`,
      )}
    </ul>`;
  }

  private nameOf(camera: string | null): string {
    if (camera === null) return t("every_camera");
    return this.gcam.value.cameras?.find(({ id }) => id === camera)?.name ?? camera;
  }

  private async snooze(camera: string | null, seconds: number): Promise<void> {
    const answer = await ask(api.PUT("/api/v1/alerts/snooze", { body: { camera, seconds } }));
    if (!answer.ok) notifyError(answer.error);
    this.dispatchEvent(new CustomEvent("gcam-changed", { bubbles: true, composed: true }));
  }
}
