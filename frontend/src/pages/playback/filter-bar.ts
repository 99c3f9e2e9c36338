/** Which cameras' recordings, and of these which kind, zone, length and score. `gcam-filters` with the new `Filters`. */
import { mdiFilterVariant } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../../components/icon.js";
import { openFirst } from "../../components/popover.js";
import { words } from "../../i18n/i18n.js";
import { buttons } from "../../styles/buttons.js";
import { EVERYTHING, inForce, type Filters } from "./filters.js";

const t = words("playback");

@customElement("gcam-playback-filters")
export class GcamPlaybackFilters extends LitElement {
  static override styles = css`
    ${buttons}
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
  `;

  @property({ attribute: false }) cameras: readonly { id: string; name: string }[] = [];
  @property({ attribute: false }) zones: readonly string[] = [];
  @property({ attribute: false }) filters: Filters = EVERYTHING;
  @state() private wanted = false;

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
      <button type="button" id="filter" class="button small ${count > 0 ? "filled" : "outlined"}" aria-haspopup="dialog" @click=${this.openFirst}>
        <gcam-icon .path=${mdiFilterVariant}></gcam-icon>${count > 0 ? t("filters_on", { count }) : t("filters")}
      </button>
      ${this.wanted
        ? html`<wa-popover for="filter" placement="bottom" aria-label=${t("filters")}>
            <gcam-playback-filter-form .zones=${this.zones} .filters=${filters} @gcam-filters=${this.changed}></gcam-playback-filter-form>
          </wa-popover>`
        : ""}`;
  }

  /** The first press on one of all cameras shows it alone. */
  private toggle(id: string): void {
    const { cameras } = this.filters;
    const wanted = new Set(cameras);
    if (!wanted.delete(id)) wanted.add(id);
    const all = wanted.size === 0 || wanted.size === this.cameras.length;
    this.change({ ...this.filters, cameras: all ? undefined : wanted });
  }

  private readonly openFirst = async (): Promise<void> => {
    if (!this.wanted) await openFirst(this, () => import("./filter-form.js"), () => (this.wanted = true));
  };

  private readonly changed = ({ detail }: CustomEvent<Filters>): void => this.change(detail);

  private change(filters: Filters): void {
    this.dispatchEvent(new CustomEvent("gcam-filters", { detail: filters }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-playback-filters": GcamPlaybackFilters;
  }
}
