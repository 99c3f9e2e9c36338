/**
 * `<gcam-place-picker>`: a rectangle drawn on a camera's picture, by mouse, finger or keys. `gcam-place` with it as soon as it
 * is drawn, null: anywhere. Behind it the newest picture; of a camera that gives none, that of its newest event.
 */
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { urlOf } from "../../api/client.js";
import { pictured } from "../../api/history.js";
import { number } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { now_s } from "../../state/gcam.js";
import { buttons } from "../../styles/buttons.js";
import { between, MIDDLE, moved, resized, type Point, type Rectangle } from "./rectangle.js";

const t = words("events");
const STEP = 0.01;
const ARROWS: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** Keys that follow each other within that time are one wish. */
const KEYS_MS = 500;

@customElement("gcam-place-picker")
export class PlacePicker extends LitElement {
  static override styles = css`
    ${buttons}
    :host {
      display: grid;
      gap: var(--wa-space-s);
    }
    p {
      margin: 0;
      font-size: var(--wa-font-size-s);
      color: var(--wa-color-text-quiet);
    }
    .picture {
      position: relative;
      width: fit-content;
      max-width: 100%;
      border-radius: var(--wa-border-radius-m);
      overflow: hidden;
      background: var(--wa-color-surface-lowered);
      cursor: crosshair;
      touch-action: none;
      user-select: none;
      -webkit-user-select: none;
    }
    img {
      display: block;
      max-width: 100%;
      min-width: min(100%, 20rem);
      max-height: min(42vh, 22rem); /* what is found is seen below it */
      pointer-events: none;
    }
    .none {
      display: grid;
      place-items: center;
      width: min(100vw - 4rem, 30rem);
      aspect-ratio: 4 / 3;
      padding: var(--wa-space-m);
      box-sizing: border-box;
    }
    /* Colours are for pictures, not for pages: the same in light and dark. */
    .place {
      position: absolute;
      box-sizing: border-box;
      border: 2px solid #fb923c;
      box-shadow: 0 0 0 100vmax rgb(0 0 0 / 45%);
      outline: 1px solid rgb(0 0 0 / 60%);
    }
    .place:focus-visible {
      border-color: #fff;
      outline: 3px solid #0f172a;
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: var(--wa-space-s);
    }
  `;

  @property() camera = "";
  @property() name = "";
  @property({ attribute: false }) chosen: Rectangle | undefined;
  /** While it is drawn. */
  @state() private drawn: Rectangle | undefined;
  /** Undefined: there is none. */
  @state() private picture: string | undefined;
  @query(".place") private frame!: HTMLElement | null;
  private from: Point | undefined;
  private keys: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.keys);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("chosen")) this.drawn = undefined;
    if (!changed.has("camera")) return;
    clearTimeout(this.keys);
    this.picture = urlOf(`/api/v1/cameras/${this.camera}/snapshot.jpg`, { at: Math.floor(now_s()) });
  }

  protected override render(): unknown {
    const shown = this.drawn ?? this.chosen;
    return html`<p id="how">${t("place.how")}</p>
      <div class="picture" @pointerdown=${this.begin} @pointermove=${this.goOn} @pointerup=${this.end} @pointercancel=${this.giveUp}>
        ${this.picture === undefined
          ? html`<p class="none">${t("place.no_picture")}</p>`
          : html`<img src=${this.picture} alt=${t("place.picture_of", { name: this.name })} draggable="false" @error=${this.fallBack} />`}
        ${shown ? this.rectangle(shown) : nothing}
      </div>
      <div class="actions">
        ${shown
          ? html`<button type="button" id="anywhere" class="button small outlined" @click=${() => this.tell(null)}>${t("place.anywhere")}</button>`
          : html`<button type="button" id="middle" class="button small outlined" @click=${this.inTheMiddle}>${t("place.middle")}</button>`}
      </div>`;
  }

  private rectangle(shown: Rectangle): unknown {
    const { x, y, width, height } = shown;
    const style = styleMap({ left: share(x), top: share(y), width: share(width), height: share(height) });
    const said = { left: percent(x), top: percent(y), right: percent(x + width), bottom: percent(y + height) };
    return html`<div
      class="place"
      style=${style}
      tabindex="0"
      role="button"
      aria-label=${t("place.is", said)}
      aria-describedby="how"
      @keydown=${(event: KeyboardEvent) => this.steer(event, shown)}
    ></div>`;
  }

  private readonly begin = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.from = at(event);
  };

  private readonly goOn = (event: PointerEvent): void => {
    if (this.from) this.drawn = between(this.from, at(event));
  };

  private readonly end = (event: PointerEvent): void => {
    if (!this.from) return;
    const drawn = between(this.from, at(event));
    this.from = undefined;
    if (drawn) this.tell(drawn);
    else this.drawn = undefined;
  };

  private readonly giveUp = (): void => {
    this.from = undefined;
    this.drawn = undefined;
  };

  private steer(event: KeyboardEvent, shown: Rectangle): void {
    const arrow = ARROWS[event.key];
    if (event.key === "Escape" || event.key === "Delete") this.tell(null);
    else if (arrow) {
      const [dx, dy] = [arrow[0] * STEP, arrow[1] * STEP];
      this.drawn = (event.shiftKey ? resized : moved)(shown, dx, dy);
      clearTimeout(this.keys);
      this.keys = setTimeout(() => this.tell(this.drawn ?? null), KEYS_MS);
    } else return;
    event.preventDefault();
  }

  private readonly inTheMiddle = async (): Promise<void> => {
    this.tell(MIDDLE);
    this.drawn = MIDDLE;
    await this.updateComplete;
    this.frame?.focus();
  };

  private tell(place: Rectangle | null): void {
    clearTimeout(this.keys);
    this.dispatchEvent(new CustomEvent("gcam-place", { detail: place }));
  }

  /** The camera gives no picture: that of its newest event, once. */
  private readonly fallBack = async (): Promise<void> => {
    const { camera } = this;
    const tried = this.picture?.includes("/history/") ?? false;
    this.picture = undefined;
    const id = tried ? undefined : await pictured(camera);
    if (id !== undefined && camera === this.camera) this.picture = urlOf(`/api/v1/history/${id}/picture.jpg`);
  };
}

/** Where on the picture the pointer is. */
function at(event: PointerEvent): Point {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

function share(part: number): string {
  return `${part * 100}%`;
}

function percent(part: number): string {
  return number(part * 100);
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-place-picker": PlacePicker;
  }
}
