/** A new rule, or another of what is there. Fires `done` when it closes. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/checkbox/checkbox.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { NEW_ALERT_RULE } from "../../api/limits.js";
import { messageOf } from "../../components/notify.js";
import { WHATS, whatWord } from "../../components/what.js";
import { words } from "../../i18n/i18n.js";
import { gcam } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";
import { alertsStyles } from "./alerts.styles.js";
import type { Destination } from "./destination-draft.js";
import { AT_MOST_S, idOf, IMPORTANCES, LOST_S, newRule, offered, ofCameras, ruleFrom, TOPICS, type NewRule, type Rule, type Topic } from "./rule-draft.js";

const t = words("alerts");
const common = words("common");

@customElement("gcam-rule-dialog")
export class RuleDialog extends LitElement {
  static override styles = alertsStyles;

  /** Undefined: a new one. */
  @property({ attribute: false }) rule: Rule | undefined;
  @property({ attribute: false }) destinations: readonly Destination[] = [];
  @property({ attribute: false }) modes: readonly Schemas["GuardModeNow"][] = [];
  /** Ids that are some rule's already. */
  @property({ attribute: false }) taken: readonly string[] = [];
  @state() private topics: readonly Topic[] = [];
  @state() private isArmed = false;
  @state() private problem = "";
  private begun!: NewRule;
  private readonly gcam = new Follow(this, gcam);
  @query("form") private readonly form!: HTMLFormElement;
  @query("wa-dialog") private readonly dialog!: WaDialog;

  override connectedCallback(): void {
    super.connectedCallback();
    const [only, ...others] = this.destinations;
    this.begun = this.rule ?? newRule(only && others.length === 0 ? [only.id] : []);
    this.topics = this.begun.topics;
    this.isArmed = this.begun.armed ?? false;
  }

  protected override render(): unknown {
    const { begun } = this;
    return html`<wa-dialog open label=${t(this.rule ? "change_rule" : "add_rule")} @wa-after-hide=${this.closed}>
      <form id="rule" @submit=${this.save} @change=${this.followed}>
        ${this.problem ? html`<wa-callout variant="danger" role="alert">${this.problem}</wa-callout>` : nothing}
        <wa-input name="name" label=${t("name")} value=${begun.name} placeholder=${t("rule_example")} maxlength=${NEW_ALERT_RULE.name.maxlength} required></wa-input>
        ${boxes("topics", t("of"), TOPICS.map((topic) => [topic, t(`topic.${topic}`)]), begun.topics)}
        ${boxes("to", t("to_whom"), this.destinations.map(({ id, name }) => [id, name]), begun.to)} ${this.where()} ${this.when()} ${this.how()}
      </form>
      <wa-button slot="footer" appearance="plain" data-dialog="close">${common("cancel")}</wa-button>
      <wa-button slot="footer" type="submit" form="rule" variant="brand">${common("save")}</wa-button>
    </wa-dialog>`;
  }

  private where(): unknown {
    const { begun } = this;
    if (!ofCameras(this.topics)) return nothing;
    const cameras = this.gcam.value.cameras ?? [];
    const ids = offered(cameras.map(({ id }) => id), begun.cameras ?? []);
    const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
    const zones = offered(cameras.flatMap(({ detection }) => (detection.zones ?? []).map(({ name }) => name)), begun.zones ?? []);
    const isMotion = this.topics.includes("motion");
    return html`${boxes("cameras", t("cameras"), ids.map((id) => [id, nameOf(id)]), begun.cameras ?? [], t("none_all"))}
    ${isMotion ? boxes("kinds", t("kinds"), WHATS.map((kind) => [kind, whatWord(kind)]), begun.kinds ?? [], t("kinds_text")) : nothing}
    ${isMotion && zones.length > 0 ? boxes("zones", t("zones"), zones.map((zone) => [zone, zone]), begun.zones ?? [], t("none_anywhere")) : nothing}`;
  }

  private when(): unknown {
    const { begun } = this;
    const ids = offered(this.modes.map(({ id }) => id), begun.modes ?? []);
    const nameOf = (id: string) => this.modes.find((mode) => mode.id === id)?.name ?? id;
    return html`<label class="choice"
        >${t("when")}
        <select name="when">
          <option value="always">${t("always")}</option>
          <option value="armed" ?selected=${begun.armed}>${t("when_armed")}</option>
        </select></label
      >
      ${this.isArmed && ids.length > 0 ? boxes("modes", t("modes"), ids.map((id) => [id, nameOf(id)]), begun.modes ?? [], t("none_any")) : nothing}
      <fieldset>
        <legend>${t("quiet")}</legend>
        <label>${t("from")} <input class="field" type="time" name="quiet_start" .value=${begun.quiet?.start ?? ""} /></label>
        <label>${t("until")} <input class="field" type="time" name="quiet_end" .value=${begun.quiet?.end ?? ""} /></label>
        <small>${t("quiet_text")}</small>
      </fieldset>`;
  }

  private how(): unknown {
    const { begun } = this;
    return html`<fieldset>
        <legend>${t("with")}</legend>
        <wa-checkbox name="picture" ?checked=${begun.picture ?? true}>${t("picture")}</wa-checkbox>
        <wa-checkbox name="clip" ?checked=${begun.clip ?? true}>${t("clip")}</wa-checkbox>
      </fieldset>
      <label class="choice"
        >${t("importance")}
        <select name="importance">
          ${IMPORTANCES.map((one) => html`<option value=${one} ?selected=${one === (begun.importance ?? "normal")}>${t(`importances.${one}`)}</option>`)}
        </select></label
      >
      ${spans("at_most_every_s", t("at_most"), AT_MOST_S, begun.at_most_every_s ?? 60, this.topics.includes("motion"))}
      ${spans("lost_after_s", t("lost_after"), LOST_S, begun.lost_after_s ?? 300, this.topics.includes("lost"))}`;
  }

  /** What depends on what is chosen comes and goes. */
  private followed(): void {
    const chosen = ruleFrom(new FormData(this.form), true);
    this.topics = chosen.topics;
    this.isArmed = chosen.armed ?? false;
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    const body = ruleFrom(new FormData(this.form), this.rule?.enabled ?? true);
    this.problem = body.topics.length === 0 ? t("no_topic") : body.to.length === 0 ? t("to_nobody") : "";
    if (this.problem) return;
    const id = this.rule?.id ?? idOf(body.name, this.taken);
    const answer = await ask(api.PUT("/api/v1/alerts/rules/{id}", { params: { path: { id } }, body }));
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    this.dispatchEvent(new CustomEvent("gcam-changed", { bubbles: true, composed: true }));
    this.dialog.open = false; // so that the focus goes back to what opened it
  }

  private closed(event: Event): void {
    if (event.target === event.currentTarget) this.dispatchEvent(new CustomEvent("done"));
  }
}

function boxes(name: string, legend: string, choices: readonly (readonly [string, string])[], chosen: readonly string[], hint = ""): unknown {
  return html`<fieldset>
    <legend>${legend}</legend>
    ${choices.map(([value, label]) => html`<wa-checkbox name=${name} value=${value} ?checked=${chosen.includes(value)}>${label}</wa-checkbox>`)}
    ${hint ? html`<small>${hint}</small>` : nothing}
  </fieldset>`;
}

/** One of these seconds, or what it is now; hidden it is sent all the same. */
function spans(name: string, label: string, choices: readonly number[], now: number, shown: boolean): unknown {
  const all = [...new Set([...choices, now])].sort((a, b) => a - b);
  return html`<label class="choice" ?hidden=${!shown}
    >${label}
    <select name=${name}>
      ${all.map((seconds) => html`<option value=${seconds} ?selected=${seconds === now}>${spanWord(seconds)}</option>`)}
    </select></label
  >`;
}

function spanWord(seconds: number): string {
  if (seconds === 0) return t("each");
  if (seconds < 60 || seconds % 60 !== 0) return t("seconds", { count: seconds });
  return seconds % 3600 === 0 ? t("hours", { count: seconds / 3600 }) : t("minutes", { count: seconds / 60 });
}
