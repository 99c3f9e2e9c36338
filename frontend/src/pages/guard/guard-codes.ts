/** `<gcam-guard-codes>`: who has a code to disarm; giving one and taking it away. None is ever shown. */
import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { api, ask, type Result, type Schemas } from "../../api/client.js";
import { guardSettings, removeCode, setCode } from "../../api/guard.js";
import { NEW_GUARD_CODE } from "../../api/limits.js";
import { textIn } from "../../components/form-text.js";
import { messageOf, notifyError } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import { settingsStyles } from "./guard-settings.styles.js";

type Person = Schemas["Person"];
type Known = Schemas["GuardCode"];
const t = words("guard-settings");
const common = words("common");

@customElement("gcam-guard-codes")
export class GuardCodes extends LitElement {
  static override styles = settingsStyles;

  @state() private people: readonly Person[] = [];
  @state() private codes: readonly Known[] = [];
  /** To whom one is being given. */
  @state() private chosen = "";
  @state() private problem = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    return html`<h2>${t("codes")}</h2>
      <p class="quiet">${t("codes_text")}</p>
      <ul class="stack">
        ${this.people.map((person) => this.row(person, this.codes.find(({ person_id }) => person_id === person.id)))}
      </ul>`;
  }

  private row({ id, name }: Person, code: Known | undefined): unknown {
    const has = code ? t(code.has_duress ? "has_both" : "has_code") : t("has_none");
    return html`<li>
      <div class="watch">
        <span><strong>${name}</strong> <small class="quiet">${has}</small></span>
        <span class="row">
          <button type="button" class="button outlined small" @click=${() => { this.choose(id); }}>${t(code ? "other_code" : "give_code")}</button>
          ${code ? html`<button type="button" class="button plain small" @click=${() => this.run(() => removeCode(id))}>${t("take_code")}</button>` : nothing}
        </span>
      </div>
      ${this.chosen === id ? this.form() : nothing}
    </li>`;
  }

  private form(): unknown {
    return html`<form class="stack" @submit=${this.give}>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      <div class="row">
        <label class="choice">${t("code")}<input name="code" type="password" inputmode="numeric" autocomplete="new-password" maxlength=${NEW_GUARD_CODE.code.maxlength} required /></label>
        <label class="choice">${t("duress")}<input name="duress" type="password" inputmode="numeric" autocomplete="new-password" maxlength=${NEW_GUARD_CODE.duress.maxlength} /></label>
      </div>
      <p class="quiet">${t("duress_text")}</p>
      <div class="row">
        <button class="button brand">${common("save")}</button>
        <button type="button" class="button plain" @click=${() => { this.choose(""); }}>${common("cancel")}</button>
      </div>
    </form>`;
  }

  private choose(person: string): void {
    this.chosen = person;
    this.problem = "";
  }

  private async give(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const [code, duress] = [textIn(data, "code"), textIn(data, "duress")];
    const answer = await setCode(this.chosen, { code, duress: duress || null });
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    this.choose("");
    await this.load();
  }

  private async run(wish: () => Promise<Result<unknown>>): Promise<void> {
    const answer = await wish();
    if (answer.ok) await this.load();
    else notifyError(answer.error);
  }

  /** Of those who may disarm: a code of anybody else's would open nothing. */
  private async load(): Promise<void> {
    const [people, settings] = await Promise.all([ask(api.GET("/api/v1/people")), guardSettings()]);
    if (!people.ok) { notifyError(people.error); return; }
    this.people = people.value.people.filter(mayDisarm);
    if (settings.ok) this.codes = settings.value.codes;
  }
}

function mayDisarm({ role, standing, cameras }: Person): boolean {
  return standing === "active" && (role === "owner" || (role === "member" && cameras === null));
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-guard-codes": GuardCodes;
  }
}
