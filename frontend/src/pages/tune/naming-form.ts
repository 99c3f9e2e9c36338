/** `<gcam-naming-form>`: what makes an event, and how sure a name has to be. `naming-changed` says what is wanted. */
import "@awesome.me/webawesome/dist/components/number-input/number-input.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { NAMING } from "../../api/limits.js";
import { WHATS, whatWord, withKind } from "../../components/what.js";
import { words } from "../../i18n/i18n.js";
import type { Naming } from "./draft.js";

const t = words("tune");
const NUMBERS = [
  { name: "min_score", step: 1 },
  { name: "min_size", step: 0.5 },
] as const;

@customElement("gcam-naming-form")
export class NamingForm extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      gap: var(--wa-space-m);
    }
    fieldset {
      display: flex;
      flex-wrap: wrap;
      gap: var(--wa-space-xs) var(--wa-space-m);
      margin: 0;
      padding: 0;
      border: 0;
    }
    legend {
      padding: 0;
      margin-block-end: var(--wa-space-2xs);
    }
    label {
      display: inline-flex;
      align-items: center;
      gap: 0.4em;
    }
    .fields {
      display: grid;
      gap: var(--wa-space-m);
      grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr));
    }
  `;

  @property({ attribute: false }) naming: Naming | undefined;

  protected override render(): unknown {
    const { naming } = this;
    if (!naming) return nothing;
    return html`
      <wa-switch .checked=${live(naming.enabled)}
        @change=${(event: Event) => this.change({ enabled: (event.target as HTMLInputElement).checked })}>${t("naming")}</wa-switch>
      ${naming.enabled ? this.choices(naming) : nothing}
    `;
  }

  private choices({ kinds, ...naming }: Naming): unknown {
    return html`<fieldset>
        <legend>${t("event_of")}</legend>
        ${WHATS.map(
          (what) =>
            html`<label
              ><input type="checkbox" .checked=${live(kinds.includes(what))}
                @change=${({ target }: Event) => this.change({ kinds: [...withKind(kinds, what, (target as HTMLInputElement).checked)] })} />
              ${whatWord(what)}</label
            >`,
        )}
      </fieldset>
      <div class="fields">
        ${NUMBERS.map(({ name, step }) => {
          const { min, max } = NAMING[name];
          return html`<wa-number-input size="s" label=${t(name)} min=${min} max=${max} step=${step} .value=${live(String(naming[name]))}
            @change=${({ target }: Event) => {
              const wanted = Number((target as HTMLInputElement).value);
              if (Number.isFinite(wanted)) this.change({ [name]: Math.min(max, Math.max(min, wanted)) });
            }}></wa-number-input>`;
        })}
      </div>`;
  }

  private change(changes: Partial<Naming>): void {
    this.requestUpdate(); // the last kind can't be taken away: its box is ticked again
    this.dispatchEvent(new CustomEvent("naming-changed", { detail: changes }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-naming-form": NamingForm;
  }
}
