/** `<gcam-event-filters>`: which camera, kind, day, and whether only what is new. `gcam-filter` with what is to be in the address. */
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { daysWithEvents } from "../../api/history.js";
import { words } from "../../i18n/i18n.js";
import { gcam, now_s } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";
import { mayReview } from "../../state/unreviewed.js";
import "../playback/day-picker.js";
import { keyOf } from "../playback/days.js";
import { KINDS, ZONE, type Choice } from "./choice.js";

const t = words("events");
type Options = readonly (readonly [string, string])[];

@customElement("gcam-event-filters")
export class EventFilters extends LitElement {
  static override styles = css`
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: var(--wa-space-s);
      align-items: end;
    }
    wa-select {
      min-width: 9rem;
      flex: 0 1 11rem;
    }
  `;

  @property({ attribute: false }) choice: Choice = {};
  private readonly gcam = new Follow(this, gcam);

  protected override render(): unknown {
    const cameras = (this.gcam.value.cameras ?? []).map(({ id, name }) => [id, name] as const);
    const kinds = KINDS.map((kind) => [kind, t(`kinds.${kind}`)] as const);
    return html`<gcam-day-picker
        day=${this.choice.day ?? ""}
        today=${keyOf(now_s(), ZONE)}
        zone=${ZONE}
        optional
        marked-text="has_events"
        .marks=${this.marks}
        @gcam-day=${(event: CustomEvent<string>) => this.choose("day", event.detail)}
      ></gcam-day-picker>
      ${this.select("camera", t("camera"), cameras)} ${this.select("kind", t("kind"), kinds)}
      ${mayReview() ? this.select("show", t("show"), [["new", t("only_new")]]) : ""}`;
  }

  private select(name: "camera" | "kind" | "show", label: string, options: Options): unknown {
    return html`<wa-select
      size="s"
      data-name=${name}
      label=${label}
      value=${this.choice[name] ?? ""}
      @change=${(event: Event) => this.choose(name, (event.target as HTMLElement & { value: string }).value)}
    >
      <wa-option value="">${t("all")}</wa-option>
      ${options.map(([value, text]) => html`<wa-option value=${value}>${text}</wa-option>`)}
    </wa-select>`;
  }

  private readonly marks = (start: number, end: number): Promise<ReadonlySet<string>> => {
    const { camera, kind } = this.choice;
    return daysWithEvents({ camera, kind, after: start, before: end }, ZONE);
  };

  private choose(name: keyof Choice, value: string): void {
    this.dispatchEvent(new CustomEvent("gcam-filter", { detail: { ...this.choice, [name]: value || undefined } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-event-filters": EventFilters;
  }
}
