/** `<gcam-code-pad>`: digits to press or to type, never shown. Tells the code with `gcam-code` and forgets it. */
import { mdiBackspaceOutline, mdiCheck } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { GUARD_CODE_GIVEN } from "../../api/limits.js";
import "../../components/icon.js";
import { words } from "../../i18n/i18n.js";

const t = words("guard");
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

@customElement("gcam-code-pad")
export class CodePad extends LitElement {
  static override styles = css`
    form {
      display: grid;
      grid-template-columns: repeat(3, minmax(4rem, 1fr));
      gap: var(--wa-space-xs);
      max-width: 22rem;
      margin-inline: auto;
    }
    label,
    input {
      grid-column: 1 / -1;
    }
    label {
      font-weight: 600;
      text-align: center;
    }
    input {
      box-sizing: border-box;
      width: 100%;
      height: 3.5rem;
      text-align: center;
      font: inherit;
      font-size: 1.8rem;
      letter-spacing: 0.3em;
      color: inherit;
      background: var(--wa-form-control-background-color);
      border: 2px solid var(--wa-form-control-border-color);
      border-radius: var(--wa-border-radius-l);
    }
    button {
      min-height: clamp(3.5rem, 9vh, 5rem);
      font: inherit;
      font-size: 1.6rem;
      font-weight: 600;
      color: var(--wa-color-neutral-on-normal);
      background: var(--wa-color-neutral-fill-normal);
      border: none;
      border-radius: var(--wa-border-radius-l);
      cursor: pointer;
      touch-action: manipulation; /* two quick presses are two digits, no zoom */
    }
    button:active:not(:disabled) {
      background: color-mix(in oklab, var(--wa-color-neutral-fill-normal), var(--wa-color-mix-active));
    }
    button[type="submit"] {
      color: var(--wa-color-brand-on-loud);
      background: var(--wa-color-brand-fill-loud);
    }
    button:disabled {
      opacity: 0.5;
    }
    input:focus-visible,
    button:focus-visible {
      outline: var(--wa-focus-ring);
      outline-offset: 2px;
    }
  `;

  /** What it is for. */
  @property() label = "";
  @property({ type: Boolean }) busy = false;
  @state() private count = 0;
  @query("input") private readonly input!: HTMLInputElement;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.typed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.typed);
  }

  /** `inputmode`: a phone's own keyboard would cover the pad. */
  protected override render(): unknown {
    return html`<form @submit=${this.submit}>
      <label for="code">${this.label}</label>
      <input
        id="code"
        type="password"
        inputmode="none"
        autocomplete="off"
        data-1p-ignore
        maxlength=${GUARD_CODE_GIVEN.code.maxlength}
        @input=${this.follow}
      />
      ${DIGITS.map((digit) => this.key(digit))}
      <button type="button" aria-label=${t("code.back")} ?disabled=${this.count === 0} @click=${() => this.write(this.input.value.slice(0, -1))}>
        <gcam-icon .path=${mdiBackspaceOutline}></gcam-icon>
      </button>
      ${this.key("0")}
      <button type="submit" aria-label=${t("code.done")} ?disabled=${this.busy || this.count === 0}>
        <gcam-icon .path=${mdiCheck}></gcam-icon>
      </button>
    </form>`;
  }

  override focus(): void {
    this.input.focus();
  }

  private key(digit: string): unknown {
    return html`<button type="button" @click=${() => this.write(this.input.value + digit)}>${digit}</button>`;
  }

  private write(code: string): void {
    this.input.value = code.slice(0, GUARD_CODE_GIVEN.code.maxlength);
    this.follow();
  }

  private readonly follow = (): void => {
    const digits = this.input.value.replace(/\D/g, "");
    if (digits !== this.input.value) this.input.value = digits;
    this.count = digits.length;
  };

  /** Digits count wherever the focus is, but for where one writes something else. */
  private readonly typed = (event: KeyboardEvent): void => {
    const [target] = event.composedPath();
    const writes = target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
    if (writes || event.ctrlKey || event.metaKey || event.altKey || !/^\d$/.test(event.key)) return;
    this.write(this.input.value + event.key);
    this.input.focus();
    event.preventDefault();
  };

  private submit(event: Event): void {
    event.preventDefault();
    const code = this.input.value;
    this.write("");
    if (code && !this.busy) this.dispatchEvent(new CustomEvent("gcam-code", { detail: code }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-code-pad": CodePad;
  }
}
