/**
 * `<gcam-event-filters>`: which camera, kind, day, place in the picture, and whether only what is new. `gcam-filter` with what
 * is to be in the address.
 */
import { mdiSelectDrag } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { daysWithEvents } from "../../api/history.js";
import "../../components/icon.js";
import { WHATS, whatWord } from "../../components/what.js";
import { words } from "../../i18n/i18n.js";
import { gcam, now_s } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";
import { session } from "../../state/session.js";
import { mayReview } from "../../state/unreviewed.js";
import { buttons } from "../../styles/buttons.js";
import { choices } from "../../styles/choices.js";
import "../playback/day-picker.js";
import { keyOf } from "../playback/days.js";
import { KINDS, type Choice } from "./choice.js";
import "./place-picker.js";
import { read, spelt, type Rectangle } from "./rectangle.js";

const t = words("events");
type Options = readonly (readonly [string, string])[];

@customElement("gcam-event-filters")
export class EventFilters extends LitElement {
  static override styles = css`
    ${choices} ${buttons}
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: var(--wa-space-s);
      align-items: end;
    }
    .choice {
      flex: 1 1 8.5rem; /* with the days and "Where" on one line of the page's width */
      max-width: 11rem;
    }
    .where {
      flex-basis: 100%;
    }
    .where p {
      margin: 0;
      color: var(--wa-color-text-quiet);
    }
  `;

  @property({ attribute: false }) choice: Choice = {};
  /** Whether the picture to draw on is shown. */
  @state() private drawing = false;
  private readonly gcam = new Follow(this, gcam);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("choice") && this.choice.place) this.drawing = true;
  }

  protected override render(): unknown {
    const cameras = (this.gcam.value.cameras ?? []).map(({ id, name }) => [id, name] as const);
    const [motion, ...others] = KINDS.map((kind) => [kind, t(`kinds.${kind}`)] as const);
    const whats = WHATS.map((what) => [what, `– ${whatWord(what)}`] as const);
    const kinds = [motion, ...whats, ...others].filter((one) => one !== undefined);
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
      ${mayReview() ? this.select("show", t("show"), [["new", t("only_new")]]) : ""}
      <button
        type="button"
        id="where"
        class="button ${this.choice.place ? "brand" : "outlined"}"
        aria-expanded=${this.drawing}
        @click=${() => (this.drawing = !this.drawing)}
      >
        <gcam-icon .path=${mdiSelectDrag}></gcam-icon>${t(this.choice.place ? "place.chosen" : "place.where")}
      </button>
      ${this.drawing ? html`<div class="where">${this.where(cameras)}</div>` : nothing}`;
  }

  /** Of the only camera there is it need not be said which. */
  private where(cameras: Options): unknown {
    const camera = this.choice.camera ?? (cameras.length === 1 ? cameras[0]?.[0] : undefined);
    if (camera === undefined) return html`<p>${t("place.which_camera")}</p>`;
    const name = cameras.find(([id]) => id === camera)?.[1] ?? camera;
    return html`<gcam-place-picker
      camera=${camera}
      name=${name}
      .chosen=${this.choice.place === undefined ? undefined : read(this.choice.place)}
      @gcam-place=${({ detail }: CustomEvent<Rectangle | null>) => this.tell({ ...this.choice, camera, place: detail ? spelt(detail) : undefined })}
    ></gcam-place-picker>`;
  }

  private select(name: "camera" | "kind" | "show", label: string, options: Options): unknown {
    const chosen = (name === "kind" ? this.choice.what : undefined) ?? this.choice[name] ?? "";
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
    const { camera, kind, what, place } = this.choice;
    return daysWithEvents({ camera, kind, what, place, after: start, before: end }, session.value.timezone);
  };

  private choose(name: keyof Choice, value: string): void {
    const what = WHATS.find((known) => known === value);
    if (name === "kind") this.tell({ ...this.choice, kind: what ? undefined : KINDS.find((known) => known === value), what });
    else this.tell({ ...this.choice, [name]: value || undefined, ...(name === "camera" && { place: undefined }) });
  }

  private tell(choice: Choice): void {
    this.dispatchEvent(new CustomEvent("gcam-filter", { detail: choice }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-event-filters": EventFilters;
  }
}
