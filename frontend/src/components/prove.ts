/** Asks once more who it is, before what hurts; what was asked goes on then. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { Result } from "../api/client.js";
import { myFactors, prove } from "../api/factors.js";
import { askPasskey, passkeysWork } from "../api/passkey.js";
import { words } from "../i18n/i18n.js";
import { textIn } from "./form-text.js";
import { messageOf } from "./notify.js";

const t = words("common");

@customElement("gcam-prove")
export class Prove extends LitElement {
  static override styles = css`
    form {
      display: grid;
      gap: var(--wa-space-m);
    }
    p {
      margin: 0;
    }
  `;

  @state() private problem = "";
  @state() private kinds: ReadonlySet<string> = new Set();
  @query("form") private readonly form!: HTMLFormElement;
  /** Whether it was they; settled when the dialog is gone. */
  readonly answered: Promise<boolean>;
  private settle!: (proven: boolean) => void;
  private proven = false;

  constructor() {
    super();
    this.answered = new Promise((resolve) => (this.settle = resolve));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    return html`<wa-dialog open label=${t("prove")} @wa-after-hide=${this.closed}>
      <form id="proof" @submit=${this.submit}>
        <p>${t("prove_text")}</p>
        ${this.problem ? html`<wa-callout variant="danger" role="alert">${this.problem}</wa-callout>` : nothing}
        <wa-input name="password" type="password" label=${t("your_password")} autocomplete="current-password" autofocus></wa-input>
        ${this.kinds.has("totp")
          ? html`<wa-input name="code" label=${t("or_code")} inputmode="numeric" autocomplete="one-time-code"></wa-input>`
          : nothing}
        ${this.kinds.has("passkey") && passkeysWork()
          ? html`<div><wa-button appearance="outlined" @click=${this.byPasskey}>${t("by_passkey")}</wa-button></div>`
          : nothing}
      </form>
      <wa-button slot="footer" appearance="plain" data-dialog="close">${t("cancel")}</wa-button>
      <wa-button slot="footer" type="submit" form="proof" variant="brand">${t("go_on")}</wa-button>
    </wa-dialog>`;
  }

  private async load(): Promise<void> {
    const answer = await myFactors();
    if (answer.ok) this.kinds = new Set(answer.value.factors.map(({ kind }) => kind));
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(this.form);
    const [password, code] = [textIn(data, "password"), textIn(data, "code")];
    if (password || code) this.judge(await prove(code ? { code } : { password }));
  }

  private async byPasskey(): Promise<void> {
    const answer = await askPasskey();
    if (!answer.ok) this.judge(answer);
    else if (answer.value) this.judge(await prove({ passkey: answer.value }));
  }

  private judge(answer: Result<unknown>): void {
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    this.proven = true;
    const dialog = this.renderRoot.querySelector("wa-dialog");
    if (dialog) dialog.open = false;
  }

  private closed(event: Event): void {
    if (event.target !== event.currentTarget) return;
    this.settle(this.proven);
    this.remove();
  }
}

let asking: Promise<boolean> | undefined;

/** One dialog, however many ask at once. */
export function provenByDialog(): Promise<boolean> {
  asking ??= document.body.appendChild(new Prove()).answered.finally(() => (asking = undefined));
  return asking;
}
