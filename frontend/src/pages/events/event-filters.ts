/** `<gcam-event-filters>`: which camera, kind, day, and whether only what is new. `gcam-filter` with what is to be in the address. */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { daysWithEvents } from "../../api/history.js";
import { words } from "../../i18n/i18n.js";
import { gcam, now_s } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";
import { session } from "../../state/session.js";
import { mayReview } from "../../state/unreviewed.js";
import { choices } from "../../styles/choices.js";
import "../playback/day-picker.js";
import { keyOf } from "../playback/days.js";
import { KINDS, type Choice } from "./choice.js";

const t = words("events");
type Options = readonly (readonly [string, string])[];

@customElement("gcam-event-filters")
export class EventFilters extends LitElement {
  static override styles = css`
    ${choices}
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: var(--wa-space-s);
      align-items: end;
    }
    .choice {
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
        today=${keyOf(now_s(), session.value.timezone)}
        zone=${session.value.timezone}
        optional
        marked-text="has_events"
        .marks=${this.marks}
        @gcam-day=${(event: CustomEvent<string>) => this.choose("day", event.detail)}
      ></gcam-day-picker>
      ${this.select("camera", t("camera"), cameras)} ${this.select("kind", t("kind"), kinds)}
      ${mayReview() ? this.select("show", t("show"), [["new", t("only_new")]]) : ""}`;
  }

  private select(name: "camera" | "kind" | "show", label: string, options: Options): unknown {
    const chosen = this.choice[name] ?? "";
    return html`<label class="choice"
      >${label}
      <select name=${name} @change=${(event: Event) => this.choose(name, (event.target as HTMLSelectElement).value)}>
        ${[["", t("all")] as const, ...options].map(
          ([value, text]) => html`<option value=${value} .selected=${live(value === chosen)}>${text}</option>`,
        )}
      </select>
    </label>`;
  }

  private readonly marks = (start: number, end: number): Promise<ReadonlySet<string>> => {
    const { camera, kind } = this.choice;
    return daysWithEvents({ camera, kind, after: start, before: end }, session.value.timezone);
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
