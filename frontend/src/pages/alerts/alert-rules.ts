/** What is told to whom: each rule in a sentence, switched on and off, added, changed, removed. */
import { mdiPlus } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { confirm } from "../../components/confirm.js";
import "../../components/icon.js";
import { notifyError } from "../../components/notify.js";
import { whatWord } from "../../components/what.js";
import { words } from "../../i18n/i18n.js";
import { loadPart } from "../../parts.js";
import { gcam } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";
import { alertsStyles } from "./alerts.styles.js";
import { says, turned, type Rule } from "./rule-draft.js";

const t = words("alerts");

@customElement("gcam-alert-rules")
export class AlertRules extends LitElement {
  static override styles = alertsStyles;

  @property({ attribute: false }) alerts!: Schemas["Alerts"];
  @property({ attribute: false }) modes: readonly Schemas["GuardModeNow"][] = [];
  /** `undefined`: nothing is open; `null`: a new one. */
  @state() private open: Rule | null | undefined;
  private readonly gcam = new Follow(this, gcam);

  protected override render(): unknown {
    const { rules, destinations } = this.alerts;
    return html`<h2>${t("rules")}</h2>
      ${rules.length === 0 ? html`<p class="quiet">${t("no_rules")}</p>` : nothing}
      <ul>
        ${rules.map((one) => this.row(one))}
      </ul>
      <div>
        <button type="button" class="button ${rules.length === 0 ? "brand" : "outlined"}" @click=${() => void this.edit(null)}>
          <gcam-icon .path=${mdiPlus}></gcam-icon>${t("add_rule")}
        </button>
      </div>
      ${this.open === undefined
        ? nothing
        : html`<gcam-rule-dialog
            .rule=${this.open ?? undefined}
            .destinations=${destinations}
            .modes=${this.modes}
            .taken=${rules.map(({ id }) => id)}
            @done=${() => (this.open = undefined)}
          ></gcam-rule-dialog>`}`;
  }

  private row(one: Rule): unknown {
    return html`<li>
      <div class="what">
        <strong>${one.name}</strong>
        <small>${one.enabled ? nothing : html`<b>${t("off")}</b> · `}${this.sentence(one)}</small>
      </div>
      <span class="actions">
        <button type="button" class="button plain small" @click=${() => void this.turn(one)}>${t(one.enabled ? "switch_off" : "switch_on")}</button>
        <button type="button" class="button plain small" @click=${() => void this.edit(one)}>${t("change")}</button>
        <button type="button" class="button plain small" @click=${() => void this.takeAway(one)}>${t("remove")}</button>
      </span>
    </li>`;
  }

  private sentence(rule: Rule): string {
    const named = (list: readonly { id: string; name: string }[] | undefined) => (id: string) => list?.find((one) => one.id === id)?.name ?? id;
    return says(rule, {
      camera: named(this.gcam.value.cameras),
      destination: named(this.alerts.destinations),
      mode: named(this.modes),
      kind: whatWord,
      list: (items) => items.join(", "),
      t,
    });
  }

  private async edit(one: Rule | null): Promise<void> {
    if (await loadPart(() => import("./rule-dialog.js"))) this.open = one;
  }

  private async turn(one: Rule): Promise<void> {
    const params = { path: { id: one.id } };
    const answer = await ask(api.PUT("/api/v1/alerts/rules/{id}", { params, body: turned(one, !one.enabled) }));
    if (!answer.ok) notifyError(answer.error);
    this.changed();
  }

  private async takeAway({ id, name }: Rule): Promise<void> {
    const question = { title: t("remove_rule_sure", { name }), text: t("remove_rule_text"), yes: t("remove"), danger: true };
    if (!(await confirm(question))) return;
    const answer = await ask(api.DELETE("/api/v1/alerts/rules/{id}", { params: { path: { id } } }));
    if (!answer.ok) notifyError(answer.error);
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new CustomEvent("gcam-changed", { bubbles: true, composed: true }));
  }
}
