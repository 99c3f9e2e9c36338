/** Where people reach this page, so that alerts can lead to it. */
import { html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { api, ask, baseUrl } from "../../api/client.js";
import { notify, notifyError } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import { alertsStyles } from "./alerts.styles.js";

const t = words("alerts");

@customElement("gcam-alert-link")
export class AlertLink extends LitElement {
  static override styles = alertsStyles;

  @property() link: string | null = null;
  @query("input") private readonly typed!: HTMLInputElement;

  protected override render(): unknown {
    return html`<h2>${t("link")}</h2>
      <p class="quiet">${t("link_text")}</p>
      <form class="row" @submit=${this.save}>
        <input class="field" type="url" style="flex: 1 1 16rem; min-width: 0" aria-label=${t("link")} placeholder=${baseUrl()} .value=${this.link ?? ""} />
        <button type="submit" class="button outlined">${words("common")("save")}</button>
      </form>`;
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    const answer = await ask(api.PUT("/api/v1/alerts/link", { body: { link: this.typed.value.trim() || null } }));
    if (!answer.ok) { notifyError(answer.error); return; }
    void notify({ text: t("link_kept"), kind: "success" });
    this.dispatchEvent(new CustomEvent("gcam-changed", { bubbles: true, composed: true }));
  }
}
