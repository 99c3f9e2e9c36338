/** `<gcam-keys-dialog>`: the page's keys, and whether letters are among them. `gcam-letters` when that is chosen. */
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { hasWord, words } from "../../i18n/i18n.js";
import { KEYS } from "./keys.js";

const t = words("playback");

@customElement("gcam-keys-dialog")
export class GcamKeysDialog extends LitElement {
  static override styles = css`
    wa-switch {
      margin-block-end: var(--wa-space-m);
    }
    dl {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: var(--wa-space-2xs) var(--wa-space-m);
      margin: 0;
    }
    dd {
      margin: 0;
    }
    kbd {
      display: inline-block;
      min-width: 1.6em;
      padding: 0 0.4em;
      border: 1px solid var(--wa-color-surface-border);
      border-radius: 4px;
      text-align: center;
      font: inherit;
    }
  `;

  @property({ type: Boolean }) letters = true;
  @state() private open = false;

  show(): void {
    this.open = true;
  }

  protected override render(): unknown {
    return html`<wa-dialog label=${t("keys")} light-dismiss .open=${this.open} @wa-after-hide=${this.closed}>
      <wa-switch .checked=${live(this.letters)} hint=${t("letter_keys_text")} @change=${this.choose}>${t("letter_keys")}</wa-switch>
      <dl>${KEYS.map(([, command, shown]) => html`<dt><kbd>${hasWord("playback", `key_name.${shown}`) ? t(`key_name.${shown}`) : shown}</kbd></dt><dd>${t(`key.${command}`)}</dd>`)}</dl>
    </wa-dialog>`;
  }

  private readonly choose = ({ target }: Event): void => {
    const { checked } = target as HTMLElement & { checked: boolean };
    this.dispatchEvent(new CustomEvent("gcam-letters", { detail: checked }));
  };

  private readonly closed = (): void => {
    this.open = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-keys-dialog": GcamKeysDialog;
  }
}
