/** What Gcam calls while it is well, so that somebody else notices when it is gone. */
import { html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { SET_ALERT_HEARTBEAT } from "../../api/limits.js";
import { notify, notifyError } from "../../components/notify.js";
import { relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { now_s } from "../../state/gcam.js";
import { alertsStyles } from "./alerts.styles.js";

const t = words("alerts");
const EVERY_S = [60, 300, 600, 900, 1800, 3600] as const;
const USUAL_S = 300;

@customElement("gcam-alert-heartbeat")
export class AlertHeartbeat extends LitElement {
  static override styles = alertsStyles;

  /** Null: nothing is called. */
  @property({ attribute: false }) heartbeat: Schemas["AlertHeartbeat"] | null = null;
  @query("input") private readonly typed!: HTMLInputElement;
  @query("select") private readonly every!: HTMLSelectElement;

  protected override render(): unknown {
    const { heartbeat } = this;
    const now = heartbeat?.every_s ?? USUAL_S;
    const all = [...new Set([...EVERY_S, now])].sort((a, b) => a - b);
    return html`<h2>${t("heartbeat")}</h2>
      <p class="quiet">${t("heartbeat_text")}</p>
      ${heartbeat ? this.fares(heartbeat) : nothing}
      <form class="row" @submit=${this.save}>
        <input
          class="field"
          type="url"
          autocomplete="off"
          style="flex: 1 1 16rem; min-width: 0"
          aria-label=${t("heartbeat_address")}
          placeholder=${heartbeat ? t("kept_secret") : "https://hc-ping.com/…"}
          maxlength=${SET_ALERT_HEARTBEAT.url.maxlength}
          ?required=${!heartbeat}
        />
        <label class="choice"
          >${t("heartbeat_every")}
          <select>
            ${all.map((seconds) => html`<option value=${seconds} ?selected=${seconds === now}>${t("minutes", { count: seconds / 60 })}</option>`)}
          </select></label
        >
        <button type="submit" class="button outlined">${words("common")("save")}</button>
        ${heartbeat ? html`<button type="button" class="button plain" @click=${() => void this.put({ url: null })}>${t("switch_off")}</button>` : nothing}
      </form>`;
  }

  private fares({ host, last_at, problem, problem_said }: Schemas["AlertHeartbeat"]): unknown {
    const last = last_at === null ? t("heartbeat_never") : t("heartbeat_last", { when: relative(last_at, now_s()) });
    return html`<p>${host} · ${last}</p>
      ${problem ? html`<p class="bad" role="status">${sentence(problem_said, problem)}</p>` : nothing}`;
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    const [url, every_s] = [this.typed.value.trim(), Number(this.every.value)];
    await this.put(url ? { url, every_s } : { every_s });
  }

  private async put(body: Schemas["SetAlertHeartbeat"]): Promise<void> {
    const answer = await ask(api.PUT("/api/v1/alerts/heartbeat", { body }));
    if (!answer.ok) { notifyError(answer.error); return; }
    this.typed.value = "";
    void notify({ text: t(body.url === null ? "heartbeat_off" : "heartbeat_kept"), kind: "success" });
    this.dispatchEvent(new CustomEvent("gcam-changed", { bubbles: true, composed: true }));
  }
}
