/** Which cameras' recordings, and of these which kind, zone, length and score. `gcam-filters` with the new `Filters`. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/number-input/number-input.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/popover/popover.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { mdiFilterVariant } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import "../../components/icon.js";
import { words } from "../../i18n/i18n.js";
import { EVERYTHING, inForce, KINDS, type Filters, type Kind } from "./filters.js";

const t = words("playback");

@customElement("gcam-playback-filters")
export class GcamPlaybackFilters extends LitElement {
  static override styles = css`
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: var(--wa-space-2xs);
      align-items: center;
    }
    .chip {
      padding: 0.35em 0.8em;
      border-radius: 999px;
      border: 1px solid var(--wa-color-surface-border);
      background: none;
      color: inherit;
      font: inherit;
      cursor: pointer;
    }
    .chip[aria-pressed="true"] {
      background: var(--wa-color-brand-fill-quiet);
      color: var(--wa-color-brand-on-quiet);
      border-color: var(--wa-color-brand-border-normal);
    }
    .chip:focus-visible {
      outline: var(--wa-focus-ring);
      outline-offset: 1px;
    }
    wa-popover {
      --max-width: min(20rem, 92vw);
    }
    .form {
      display: grid;
      gap: var(--wa-space-s);
      width: min(16rem, 75vw);
    }
  `;

  @property({ attribute: false }) cameras: readonly { id: string; name: string }[] = [];
  @property({ attribute: false }) zones: readonly string[] = [];
  @property({ attribute: false }) filters: Filters = EVERYTHING;

  protected override render(): unknown {
    const { filters } = this;
    const count = inForce(filters);
    return html`
      <div role="group" aria-label=${t("cameras")}>
        ${this.cameras.length > 1
          ? this.cameras.map(({ id, name }) => {
              const on = filters.cameras?.has(id) ?? true;
              return html`<button type="button" class="chip" aria-pressed=${on ? "true" : "false"} @click=${() => this.toggle(id)}>${name}</button> `;
            })
          : ""}
      </div>
      <wa-button id="filter" size="s" appearance=${count > 0 ? "filled" : "outlined"} aria-haspopup="dialog">
        <gcam-icon slot="start" .path=${mdiFilterVariant}></gcam-icon>${count > 0 ? t("filters_on", { count }) : t("filters")}
      </wa-button>
      <wa-popover for="filter" placement="bottom" aria-label=${t("filters")}><div class="form">
        <wa-select size="s" label=${t("kind_label")} .value=${live(filters.kind)} @change=${(event: Event) => this.change({ kind: valueOf(event) as Kind | "" })}>
          <wa-option value="">${t("all_kinds")}</wa-option>
          ${KINDS.map((kind) => html`<wa-option value=${kind}>${t(`kind.${kind}`)}</wa-option>`)}
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
        <wa-button size="s" appearance="outlined" ?disabled=${count === 0} @click=${() => this.change({ ...EVERYTHING, cameras: filters.cameras })}>${t("no_filters")}</wa-button>
      </div></wa-popover>`;
  }

  private number(name: string, value: number | undefined, set: (value: number | undefined) => void): unknown {
    return html`<wa-number-input size="s" label=${t(name)} min="0" .value=${live(value === undefined ? "" : String(value))}
      @change=${(event: Event) => {
        const text = valueOf(event);
        set(text === "" ? undefined : Number(text));
      }}></wa-number-input>`;
  }

  /** The first press on one of all cameras shows it alone. */
  private toggle(id: string): void {
    const { cameras } = this.filters;
    const wanted = new Set(cameras);
    if (!wanted.delete(id)) wanted.add(id);
    this.change({ cameras: wanted.size === 0 || wanted.size === this.cameras.length ? undefined : wanted });
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
    "gcam-playback-filters": GcamPlaybackFilters;
  }
}
