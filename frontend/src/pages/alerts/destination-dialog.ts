/** A new way to tell somebody, or another of what is there. Fires `done` when it closes. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/checkbox/checkbox.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { NEW_ALERT_DESTINATION } from "../../api/limits.js";
import { textIn } from "../../components/form-text.js";
import { messageOf } from "../../components/notify.js";
import { hasWord, language, words } from "../../i18n/i18n.js";
import { alertsStyles } from "./alerts.styles.js";
import { FIELDS, KINDS, mayForget, portFor, SECURITIES, settingsFrom, shownIn, type ChannelKind, type Destination, type Field } from "./destination-draft.js";
import { idOf } from "./rule-draft.js";

const t = words("alerts");
const common = words("common");
const LANGUAGES = { en: "English", fr: "Français" } as const;
type Language = keyof typeof LANGUAGES;

@customElement("gcam-destination-dialog")
export class DestinationDialog extends LitElement {
  static override styles = alertsStyles;

  /** Undefined: a new one. */
  @property({ attribute: false }) destination: Destination | undefined;
  /** Ids that are somebody's already. */
  @property({ attribute: false }) taken: readonly string[] = [];
  @state() private kind: ChannelKind = "mail";
  @state() private people: readonly Schemas["Person"][] = [];
  @state() private problem = "";
  @query("form") private readonly form!: HTMLFormElement;
  @query("wa-dialog") private readonly dialog!: WaDialog;

  override connectedCallback(): void {
    super.connectedCallback();
    this.kind = this.destination?.kind ?? "mail";
    void this.loadPeople();
  }

  protected override render(): unknown {
    const there = this.destination;
    return html`<wa-dialog open label=${t(there ? "change_destination" : "add_destination")} @wa-after-hide=${this.closed}>
      <form id="destination" @submit=${this.save}>
        ${this.problem ? html`<wa-callout variant="danger" role="alert">${this.problem}</wa-callout>` : nothing}
        ${there
          ? nothing
          : html`<label class="choice"
              >${t("by")}
              <select name="kind" @change=${(event: Event) => (this.kind = (event.target as HTMLSelectElement).value as ChannelKind)}>
                ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === this.kind}>${t(`channel.${kind}`)}</option>`)}
              </select></label
            >`}
        <p class="quiet">${t(`channel_text.${this.kind}`)}</p>
        <wa-input name="name" label=${t("name")} value=${there?.name ?? ""} placeholder=${t("name_example")} maxlength=${NEW_ALERT_DESTINATION.name.maxlength} required></wa-input>
        ${FIELDS[this.kind].map((field) => this.field(field, there))} ${this.common(there)}
      </form>
      <wa-button slot="footer" appearance="plain" data-dialog="close">${common("cancel")}</wa-button>
      <wa-button slot="footer" type="submit" form="destination" variant="brand">${common("save")}</wa-button>
    </wa-dialog>`;
  }

  private field(field: Field, there: Destination | undefined): unknown {
    const { name, type, needed = false } = field;
    const label = t(hasWord("alerts", `field.${this.kind}_${name}`) ? `field.${this.kind}_${name}` : `field.${name}`);
    if (type === "security")
      return html`<label class="choice"
        >${label}
        <select name=${name} @change=${this.secured}>
          ${SECURITIES.map((one) => html`<option value=${one} ?selected=${one === shownIn(field, there)}>${t(`security.${one}`)}</option>`)}
        </select></label
      >`;
    const isSet = there?.has.includes(name) ?? false;
    const hint = isSet ? t("kept_secret") : hasWord("alerts", `hint.${this.kind}_${name}`) ? t(`hint.${this.kind}_${name}`) : "";
    return html`<wa-input
        name=${name}
        label=${label}
        type=${type === "secret" ? "password" : type === "number" ? "number" : "text"}
        ?password-toggle=${type === "secret"}
        without-spin-buttons
        autocomplete=${type === "secret" ? "new-password" : "off"}
        value=${shownIn(field, there)}
        hint=${hint}
        ?required=${needed && !isSet}
      ></wa-input>
      ${mayForget(field, there) ? html`<wa-checkbox name=${`forget_${name}`}>${t("forget", { what: label })}</wa-checkbox>` : nothing}`;
  }

  /** What every destination has. */
  private common(there: Destination | undefined): unknown {
    const chosen = there?.language ?? language.value;
    return html`<label class="choice"
        >${t("language")}
        <select name="language">
          ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} ?selected=${code === chosen}>${name}</option>`)}
        </select></label
      >
      <label class="choice"
        >${t("person")}
        <select name="person">
          <option value="">${t("household")}</option>
          ${this.people.map(({ id, name }) => html`<option value=${id} ?selected=${id === there?.person}>${name}</option>`)}
        </select></label
      >
      <small>${t("person_text")}</small>`;
  }

  private secured(event: Event): void {
    const port = this.form.querySelector<HTMLElement & { value: string | null }>("wa-input[name='port']");
    if (port) port.value = portFor((event.target as HTMLSelectElement).value, port.value ?? "");
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(this.form);
    const { kind } = this;
    const name = textIn(data, "name").trim();
    const body = {
      name,
      kind,
      settings: settingsFrom(kind, (field) => textIn(data, field), (field) => data.has(`forget_${field}`)),
      language: textIn(data, "language") as Language,
      person: textIn(data, "person") || null,
      enabled: this.destination?.enabled ?? true,
    };
    const id = this.destination?.id ?? idOf(name, this.taken);
    const answer = await ask(api.PUT("/api/v1/alerts/destinations/{id}", { params: { path: { id } }, body }));
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    this.dispatchEvent(new CustomEvent("gcam-changed", { bubbles: true, composed: true }));
    this.dialog.open = false; // so that the focus goes back to what opened it
  }

  private async loadPeople(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/people"));
    if (answer.ok) this.people = answer.value.people.filter(({ standing }) => standing === "active");
  }

  private closed(event: Event): void {
    if (event.target === event.currentTarget) this.dispatchEvent(new CustomEvent("done"));
  }
}
