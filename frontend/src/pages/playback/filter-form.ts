/** `<gcam-playback-filter-form>`: kind, zone, length and score of the recordings that are shown. `gcam-filters` with the new `Filters`. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/number-input/number-input.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { WHATS, whatWord, type What } from "../../components/what.js";
import { words } from "../../i18n/i18n.js";
import { EVERYTHING, inForce, KINDS, type Filters, type Kind } from "./filters.js";

const t = words("playback");

@customElement("gcam-playback-filter-form")
export class GcamPlaybackFilterForm extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      gap: var(--wa-space-s);
      width: min(16rem, 75vw);
    }
  `;

  @property({ attribute: false }) zones: readonly string[] = [];
  @property({ attribute: false }) filters: Filters = EVERYTHING;

  protected override render(): unknown {
    const { filters } = this;
    return html`
      <wa-select size="s" label=${t("kind_label")} .value=${live(filters.kind)} @change=${(event: Event) => this.change({ kind: valueOf(event) as Kind | "" })}>
          <wa-option value="">${t("all_kinds")}</wa-option>
        ${KINDS.map((kind) => html`<wa-option value=${kind}>${t(`kind.${kind}`)}</wa-option>`)}
      </wa-select>
      <wa-select size="s" label=${t("what_label")} .value=${live(filters.what)} @change=${(event: Event) => this.change({ what: valueOf(event) as What | "" })}>
          <wa-option value="">${t("all_whats")}</wa-option>
        ${WHATS.map((what) => html`<wa-option value=${what}>${whatWord(what)}</wa-option>`)}
      </wa-select>
      ${this.zones.length > 0
        ? html`<wa-select size="s" label=${t("zone")} .value=${live(filters.zone)} @change=${(event: Event) => this.change({ zone: valueOf(event) })}>
              <wa-option value="">${t("all_zones")}</wa-option>
              ${this.zones.map((zone) => html`<wa-option value=${zone}>${zone}</wa-option>`)}
            </wa-select>`
        : ""}
      ${this.number("shortest", filters.shortest_s, (shortest_s) => this.change({ shortest_s }))}
      ${this.number("longest", filters.longest_s, (longest_s) => this.change({ longest_s }))}
      ${this.number("least_score", filters.leastScore || undefined, (score) => this.change({ leastScore: score ?? 0 }))}
      <wa-switch .checked=${live(filters.protectedOnly)} @change=${(event: Event) => this.change({ protectedOnly: (event.target as HTMLInputElement).checked })}>${t("protected_only")}</wa-switch>
      <wa-button size="s" appearance="outlined" ?disabled=${inForce(filters) === 0} @click=${() => this.change({ ...EVERYTHING, cameras: filters.cameras })}>${t("no_filters")}</wa-button>`;
  }

  private number(name: string, value: number | undefined, set: (value: number | undefined) => void): unknown {
    return html`<wa-number-input size="s" label=${t(name)} min="0" .value=${live(value === undefined ? "" : String(value))}
      @change=${(event: Event) => {
        const text = valueOf(event);
        set(text === "" ? undefined : Number(text));
      }}></wa-number-input>`;
  }

  private change(change: Partial<Filters>): void {
    this.dispatchEvent(new CustomEvent("gcam-filters", { detail: { ...this.filters, ...change } }));
  }
}

function valueOf(event: Event): string {
  const { value } = event.target as { value?: unknown };
  return typeof value === "string" ? value : "";
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-playback-filter-form": GcamPlaybackFilterForm;
  }
}
