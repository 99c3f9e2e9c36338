/** Signing in; on the first visit, creating the owner. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/checkbox/checkbox.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { askPasskey, passkeysWork } from "../../api/passkey.js";
import type { Schemas } from "../../api/client.js";
import { setUp, setUpFields, signIn } from "../../api/session.js";
import { textIn } from "../../components/form-text.js";
import { messageOf } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import { session } from "../../state/session.js";
import { Follow } from "../../state/store.js";

const t = words("sign-in");

@customElement("gcam-sign-in-page")
export class SignInPage extends LitElement {
  static override styles = css`
    :host {
      display: grid !important;
      place-items: center;
    }
    form {
      display: grid;
      gap: var(--wa-space-m);
      width: min(24rem, 100%);
    }
    header {
      display: grid;
      justify-items: center;
      gap: var(--wa-space-s);
      text-align: center;
    }
    img {
      width: 4rem;
    }
    h1,
    p {
      margin: 0;
    }
    h1 {
      font-size: var(--wa-font-size-xl);
    }
    p {
      color: var(--wa-color-text-quiet);
    }
  `;

  private readonly session = new Follow(this, session);
  @state() private problem = "";
  @state() private busy = false;
  /** The password is right, and a code belongs to it. */
  @state() private codeWanted = false;
  /** Of the form for the owner; undefined until Gcam said so. */
  @state() private fields: ReadonlySet<string> | undefined;
  private fieldsAsked = false;

  protected override willUpdate(): void {
    if (!this.first || this.fieldsAsked) return;
    this.fieldsAsked = true;
    void setUpFields().then((fields) => (this.fields = fields));
  }

  private get first(): boolean {
    return this.session.value.status === "no_owner";
  }

  protected override render(): unknown {
    const { first } = this;
    if (first && !this.fields) return nothing;
    const code = first && this.fields?.has("code");
    const login = !first || this.fields?.has("password");
    return html`<form @submit=${this.submit}>
      <header>
        <img src="./icon.svg" alt="" />
        <h1>${first ? t("welcome") : t("title")}</h1>
        ${first ? html`<p>${login ? t("welcome_text") : t("welcome_code")}</p>` : nothing}
      </header>
      ${this.problem ? html`<wa-callout variant="danger" role="alert">${this.problem}</wa-callout>` : nothing}
      ${code
        ? html`<wa-input
            name="code"
            label=${t("code")}
            hint=${t("code_text")}
            autocomplete="one-time-code"
            autocapitalize="characters"
            spellcheck="false"
            required
          ></wa-input>`
        : nothing}
      ${login ? this.login(first) : nothing} ${this.codeWanted && !first ? this.codeOf() : nothing}
      <wa-button type="submit" variant="brand" ?loading=${this.busy}>${first ? t("create") : t("sign_in")}</wa-button>
      ${!first && passkeysWork()
        ? html`<wa-button appearance="outlined" @click=${this.byPasskey}>${t("by_passkey")}</wa-button>`
        : nothing}
    </form>`;
  }

  private codeOf(): unknown {
    return html`<wa-input
        name="code"
        label=${t("second_code")}
        hint=${t("second_code_text")}
        autocomplete="one-time-code"
        spellcheck="false"
        required
        autofocus
      ></wa-input>
      <wa-checkbox name="trust" value="yes">${t("trust")}</wa-checkbox>`;
  }

  private login(first: boolean): unknown {
    return html`<wa-input
        name="name"
        label=${t("name")}
        autocomplete="username"
        autocapitalize="off"
        required
        autofocus
      ></wa-input>
      <wa-input
        name="password"
        type="password"
        password-toggle
        label=${t("password")}
        hint=${first ? t("quality") : ""}
        autocomplete=${first ? "new-password" : "current-password"}
        required
      ></wa-input>
      ${first
        ? html`<wa-input
            name="repeat"
            type="password"
            label=${t("repeat")}
            autocomplete="new-password"
            required
          ></wa-input>`
        : nothing}`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => textIn(data, name);
    const { first } = this;
    if (first && text("password") !== text("repeat")) {
      this.problem = t("differ");
      return;
    }
    this.busy = true;
    const answer = await (first ? setUp(this.asked(text)) : signIn(this.shown(text)));
    this.busy = false;
    this.codeWanted ||= !answer.ok && answer.error.code === "second_factor";
    const hasCode = Boolean(text("code"));
    this.problem = answer.ok || (answer.error.code === "second_factor" && !hasCode) ? "" : messageOf(answer.error);
  }

  private shown(text: (name: string) => string): Schemas["Login"] {
    const login = { name: text("name"), password: text("password") };
    return this.codeWanted ? { ...login, code: text("code"), trust: text("trust") === "yes" } : login;
  }

  private async byPasskey(): Promise<void> {
    const asked = await askPasskey();
    if (asked.ok && !asked.value) return;
    const answer = asked.ok && asked.value ? await signIn({ passkey: asked.value }) : asked;
    this.problem = answer.ok ? "" : messageOf(answer.error);
  }

  /** What the form for the owner holds, by the fields that Gcam asked for. */
  private asked(text: (name: string) => string): Record<string, string> {
    return Object.fromEntries([...(this.fields ?? [])].map((name) => [name, text(name)]));
  }
}
