/** Inviting somebody, or changing their account. Fires `done` when it closes. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/radio-group/radio-group.js";
import "@awesome.me/webawesome/dist/components/radio/radio.js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { api, ask, type Result, type Schemas } from "../../api/client.js";
import { NEW_PERSON } from "../../api/limits.js";
import { confirm } from "../../components/confirm.js";
import { textIn } from "../../components/form-text.js";
import { messageOf, notify, notifyError } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import "./camera-choice.js";
import type { CameraChoice } from "./camera-choice.js";
import { peopleStyles } from "./people.styles.js";

type Person = Schemas["Person"];
type Role = Schemas["Role"];
const t = words("people");
const common = words("common");
const ROLES: readonly Role[] = ["camera", "viewer", "member", "owner"];

@customElement("gcam-person-dialog")
export class PersonDialog extends LitElement {
  static override styles = peopleStyles;

  /** Undefined: somebody new. */
  @property({ attribute: false }) person: Person | undefined;
  @state() private chosenRole: Role = "viewer";
  @state() private problem = "";
  @query("gcam-camera-choice") private readonly choice: CameraChoice | null | undefined;
  @query("form") private readonly form!: HTMLFormElement;
  @query("wa-dialog") private readonly dialog!: WaDialog;

  override connectedCallback(): void {
    super.connectedCallback();
    this.chosenRole = this.person?.role ?? "viewer";
  }

  protected override render(): unknown {
    const { person } = this;
    const outside = person !== undefined && person.standing !== "active";
    const title = outside ? t("let_in_title") : person ? t("edit_title") : t("invite");
    return html`<wa-dialog open label=${title} @wa-after-hide=${this.closed}>
      <form id="person" @submit=${this.save}>
        ${outside ? html`<p>${t("let_in_text", { name: person.name })}</p>` : nothing}
        ${this.problem ? html`<wa-callout variant="danger" role="alert">${this.problem}</wa-callout>` : nothing}
        <wa-input name="name" label=${t("name")} value=${person?.name ?? ""} maxlength=${NEW_PERSON.name.maxlength} required autocomplete="off"></wa-input>
        ${person?.kind === "home_assistant"
          ? nothing
          : html`<wa-input
              name="password"
              type="password"
              password-toggle
              autocomplete="new-password"
              label=${person ? t("new_password") : t("password")}
              hint=${person ? t("password_keep") : t("password_text")}
              ?required=${!person}
            ></wa-input>`}
        <wa-radio-group label=${t("role")} name="role" value=${this.chosenRole} hint=${t(`roles_text.${this.chosenRole}`)} @change=${this.chosen}>
          ${ROLES.map((role) => html`<wa-radio value=${role}>${t(`roles.${role}`)}</wa-radio>`)}
        </wa-radio-group>
        ${this.chosenRole === "owner"
          ? nothing
          : html`<gcam-camera-choice .value=${outside ? null : (person?.cameras ?? null)}></gcam-camera-choice>`}
      </form>
      ${person ? this.actions(person) : nothing}
      <wa-button slot="footer" appearance="plain" data-dialog="close">${common("cancel")}</wa-button>
      <wa-button slot="footer" type="submit" form="person" variant="brand">${outside ? t("let_in") : common("save")}</wa-button>
    </wa-dialog>`;
  }

  private actions(person: Person): unknown {
    return html`<wa-button slot="footer" variant="danger" appearance="outlined" @click=${() => this.discard(person)}
        >${person.standing === "blocked" ? t("forget") : t("remove")}</wa-button
      >
      ${person.second_factor
        ? html`<p>
            <wa-button appearance="outlined" size="s" @click=${() => this.removeFactors(person)}>${t("remove_factors")}</wa-button>
          </p>`
        : nothing}
      ${person.sessions
        ? html`<p>
            <wa-button appearance="outlined" size="s" @click=${() => this.signOut(person)}
              >${t("sign_out_everywhere")} (${person.sessions})</wa-button
            >
          </p>`
        : nothing}`;
  }

  private chosen(event: Event): void {
    this.chosenRole = (event.target as HTMLElement & { value: Role }).value;
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(this.form);
    const [name, password] = [textIn(data, "name"), textIn(data, "password")];
    const cameras = this.choice?.value ?? null;
    const rights = { role: this.chosenRole, cameras: cameras === null ? null : [...cameras] };
    const answer: Result<Person> = this.person
      ? await ask(
          api.PATCH("/api/v1/people/{id}", {
            params: { path: { id: this.person.id } },
            body: { name, standing: "active", ...rights, ...(password ? { password } : {}) },
          }),
        )
      : await ask(api.POST("/api/v1/people", { body: { name, password, ...rights } }));
    if (answer.ok) this.close();
    else this.problem = messageOf(answer.error);
  }

  private async discard(person: Person): Promise<void> {
    const stays = person.kind === "home_assistant" && person.standing !== "blocked";
    const text = stays ? t("remove_text_home_assistant") : t("remove_text");
    const sure = { title: t("remove_sure", { name: person.name }), text, yes: t("remove"), danger: true };
    if (!(await confirm(sure))) return;
    const answer = await ask(api.DELETE("/api/v1/people/{id}", { params: { path: { id: person.id } } }));
    if (answer.ok) this.close();
    else this.problem = messageOf(answer.error);
  }

  private async removeFactors(person: Person): Promise<void> {
    const text = t("remove_factors_text");
    const sure = { title: t("remove_factors_sure", { name: person.name }), text, yes: t("remove"), danger: true };
    if (!(await confirm(sure))) return;
    const answer = await ask(api.DELETE("/api/v1/people/{id}/factors", { params: { path: { id: person.id } } }));
    if (answer.ok) this.close();
    else this.problem = messageOf(answer.error);
  }

  private async signOut(person: Person): Promise<void> {
    const answer = await ask(api.DELETE("/api/v1/people/{id}/sessions", { params: { path: { id: person.id } } }));
    if (!answer.ok) { notifyError(answer.error); return; }
    void notify({ text: t("signed_out", { name: person.name }), kind: "success" });
    this.close();
  }

  /** So that the focus goes back to what opened it. */
  private close(): void {
    this.dialog.open = false;
  }

  private closed(event: Event): void {
    if (event.target === event.currentTarget) this.dispatchEvent(new CustomEvent("done"));
  }
}
