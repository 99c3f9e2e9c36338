/** Where alerts go: listed with how each fares, tried, added, changed, removed. */
import { mdiBellPlusOutline, mdiBellRingOutline, mdiPlus } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { confirm } from "../../components/confirm.js";
import "../../components/empty.js";
import "../../components/icon.js";
import { messageOf, notifyError } from "../../components/notify.js";
import { number, relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { loadPart } from "../../parts.js";
import { now_s } from "../../state/gcam.js";
import { alertsStyles } from "./alerts.styles.js";
import { switched, type Destination } from "./destination-draft.js";

const t = words("alerts");

interface Trial {
  text: string;
  went: boolean | undefined;
}

@customElement("gcam-alert-destinations")
export class AlertDestinations extends LitElement {
  static override styles = alertsStyles;

  @property({ attribute: false }) alerts!: Schemas["Alerts"];
  /** Of those that were tried on this visit. */
  @state() private trials: Readonly<Record<string, Trial>> = {};
  /** `undefined`: nothing is open; `null`: a new one. */
  @state() private open: Destination | null | undefined;

  protected override render(): unknown {
    const { destinations } = this.alerts;
    return html`${destinations.length === 0
        ? html`<gcam-empty .icon=${mdiBellPlusOutline} .heading=${t("nobody")} .text=${t("nobody_text")}>${this.addButton()}</gcam-empty>`
        : html`<h2>${t("destinations")}</h2>
            <ul>
              ${destinations.map((one) => this.row(one))}
            </ul>
            <div>${this.addButton()}</div>`}
      ${this.open === undefined
        ? nothing
        : html`<gcam-destination-dialog
            .destination=${this.open ?? undefined}
            .taken=${destinations.map(({ id }) => id)}
            @done=${() => (this.open = undefined)}
          ></gcam-destination-dialog>`}`;
  }

  private addButton(): unknown {
    return html`<button type="button" class="button brand" @click=${() => void this.edit(null)}>
      <gcam-icon .path=${mdiPlus}></gcam-icon>${t("add_destination")}
    </button>`;
  }

  private row(one: Destination): unknown {
    const trial = this.trials[one.id];
    return html`<li>
      <div class="what">
        <strong>${one.name}</strong>
        <small>${t(`channel.${one.kind}`)} · ${this.fares(one)}</small>
        ${one.enabled && one.problem ? html`<small class="bad">${sentence(one.problem_said, one.problem)}</small>` : nothing}
        ${trial ? html`<small class=${trial.went === undefined ? "" : trial.went ? "good" : "bad"} role="status">${trial.text}</small>` : nothing}
      </div>
      <span class="actions">
        <button type="button" class="button outlined small" ?disabled=${trial?.went === undefined && trial !== undefined} @click=${() => void this.try(one)}>
          <gcam-icon .path=${mdiBellRingOutline}></gcam-icon>${t("try")}
        </button>
        <button type="button" class="button plain small" @click=${() => void this.turn(one)}>${t(one.enabled ? "switch_off" : "switch_on")}</button>
        <button type="button" class="button plain small" @click=${() => void this.edit(one)}>${t("change")}</button>
        <button type="button" class="button plain small" @click=${() => void this.takeAway(one)}>${t("remove")}</button>
      </span>
    </li>`;
  }

  private fares({ enabled, waiting, last_at }: Destination): string {
    if (!enabled) return t("off");
    const last = last_at === null ? t("never_told") : t("last_told", { when: relative(last_at, now_s()) });
    return waiting > 0 ? `${last} · ${t("waiting", { count: waiting })}` : last;
  }

  private async edit(one: Destination | null): Promise<void> {
    if (await loadPart(() => import("./destination-dialog.js"))) this.open = one;
  }

  private async try({ id }: Destination): Promise<void> {
    this.trials = { ...this.trials, [id]: { text: t("trying"), went: undefined } };
    const answer = await ask(api.POST("/api/v1/alerts/destinations/{id}/try", { params: { path: { id } } }));
    const trial = answer.ok
      ? { text: t("tried", { said: answer.value.said, seconds: number(answer.value.took_s, 1) }), went: true }
      : { text: messageOf(answer.error), went: false };
    this.trials = { ...this.trials, [id]: trial };
    changed(this);
  }

  private async turn(one: Destination): Promise<void> {
    const params = { path: { id: one.id } };
    const answer = await ask(api.PUT("/api/v1/alerts/destinations/{id}", { params, body: switched(one, !one.enabled) }));
    if (!answer.ok) notifyError(answer.error);
    changed(this);
  }

  private async takeAway({ id, name }: Destination): Promise<void> {
    const question = { title: t("remove_destination_sure", { name }), text: t("remove_destination_text"), yes: t("remove"), danger: true };
    if (!(await confirm(question))) return;
    const answer = await ask(api.DELETE("/api/v1/alerts/destinations/{id}", { params: { path: { id } } }));
    if (!answer.ok) notifyError(answer.error);
    changed(this);
  }
}

/** The page asks anew. */
function changed(from: HTMLElement): void {
  from.dispatchEvent(new CustomEvent("gcam-changed", { bubbles: true, composed: true }));
}
