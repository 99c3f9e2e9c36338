/**
 * `<gcam-zoom-frame>`: zooms and pans what is slotted: buttons, Ctrl and the wheel, pinch, double tap, and while it has
 * the focus + - 0 and arrow keys. The wheel alone scrolls the page.
 */
import { mdiMagnifyMinusOutline, mdiMagnifyPlusOutline } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { number } from "../i18n/format.js";
import { words } from "../i18n/i18n.js";
import "./icon.js";
import { MOST, panned, transformOf, WHOLE, zoomed, type View } from "./zoom.js";

const t = words("common");
const STEP = 1.25;
const BUTTON_STEP = 1.5;
const TAP_SCALE = 2.5;
const KEY_PAN = 0.1;
/** Within that time a press may become a double one, which zooms. */
const DOUBLE_MS = 250;
/** A pointer that went that far was dragging, not pressing. */
const DRAG_PX = 6;

@customElement("gcam-zoom-frame")
export class ZoomFrame extends LitElement {
  static override styles = css`
    :host {
      display: block;
      position: relative;
      overflow: hidden;
    }
    :host(:focus-visible) {
      outline: var(--wa-focus-ring);
      outline-offset: -3px;
    }
    .frame {
      height: 100%;
      touch-action: pan-x pan-y;
    }
    :host([zoomed]) .frame {
      touch-action: none;
      cursor: grab;
    }
    .shown {
      height: 100%;
      transform-origin: center;
    }
    .tools {
      position: absolute;
      inset-block-start: 0;
      inset-inline-end: 0;
      display: flex;
      background: rgb(0 0 0 / 65%);
      border-end-start-radius: var(--wa-border-radius-m);
    }
    button {
      min-width: 2.4rem;
      height: 2.4rem;
      padding: 0 0.4rem;
      border: 0;
      background: none;
      color: #fff;
      font: inherit;
      font-size: var(--wa-font-size-s);
      font-variant-numeric: tabular-nums;
      cursor: pointer;
    }
    button:focus-visible {
      outline: 2px solid #fff;
      outline-offset: -4px;
    }
    button:disabled {
      opacity: 0.45;
      cursor: default;
    }
  `;

  @property() label = "";
  /** What is shown: something else begins whole. */
  @property() of = "";
  @state() private view: View = WHOLE;
  private readonly pointers = new Map<number, PointerEvent>();
  private dragged_px = 0;
  private pressing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.addEventListener("keydown", (event) => this.key(event));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = -1; // pressed, it hears the keys; who goes by Tab comes to the buttons
    this.role = "group";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.pressing);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.ariaLabel = this.label;
    if (changed.has("of")) this.view = WHOLE;
  }

  protected override updated(): void {
    this.toggleAttribute("zoomed", this.view.scale > 1);
  }

  protected override render(): unknown {
    const { scale } = this.view;
    const times = number(scale, 1);
    const whole = t("zoom_whole", { times });
    return html`<div class="frame" @wheel=${this.wheel} @dblclick=${this.double} @click=${this.pressed}
        @pointerdown=${this.down} @pointermove=${this.move} @pointerup=${this.up} @pointercancel=${this.up}>
        <div class="shown" style=${styleMap({ transform: transformOf(this.view) })}><slot></slot></div>
      </div>
      <div class="tools" @click=${(event: Event) => event.stopPropagation()}>
        ${scale > 1
          ? html`${this.button("zoom_out", mdiMagnifyMinusOutline, (view) => zoomed(view, 1 / BUTTON_STEP))}
              <button type="button" class="whole" aria-label=${whole} title=${whole} @click=${() => this.becomes(WHOLE)}>${times}×</button>`
          : nothing}
        ${this.button("zoom_in", mdiMagnifyPlusOutline, (view) => zoomed(view, BUTTON_STEP), scale >= MOST)}
      </div>`;
  }

  private button(name: string, path: string, change: (view: View) => View, disabled = false): unknown {
    return html`<button type="button" class=${name} aria-label=${t(name)} title=${`${t(name)}. ${t("zoom_ways")}`} ?disabled=${disabled}
      @click=${() => this.becomes(change(this.view))}><gcam-icon .path=${path}></gcam-icon></button>`;
  }

  /** Where the pressed button goes away, the focus stays in the frame. */
  private becomes(view: View): void {
    this.view = view;
    if (view.scale === 1 || view.scale === MOST) this.focus({ preventScroll: true });
  }

  private readonly wheel = {
    handleEvent: (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.view = zoomed(this.view, event.deltaY < 0 ? STEP : 1 / STEP, ...this.at(event));
    },
    passive: false,
  };

  private readonly double = (event: MouseEvent): void => {
    clearTimeout(this.pressing);
    this.view = this.view.scale > 1 ? WHOLE : zoomed(WHOLE, TAP_SCALE, ...this.at(event));
  };

  private key(event: KeyboardEvent): void {
    const change = KEYS[event.key];
    if (!change || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow") && (this.view.scale === 1 || event.shiftKey)) return;
    event.preventDefault(); // so that the page knows it was meant for the picture
    this.view = change(this.view);
  }

  private readonly down = (event: PointerEvent): void => {
    if (this.pointers.size === 0) this.dragged_px = 0;
    this.pointers.set(event.pointerId, event);
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  };

  private readonly up = ({ pointerId }: PointerEvent): void => void this.pointers.delete(pointerId);

  private readonly move = (event: PointerEvent): void => {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    this.dragged_px += distance(before, event);
    this.pointers.set(event.pointerId, event);
    const other = [...this.pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    if (other) {
      const [middleX, middleY] = this.at({ clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 });
      this.view = zoomed(this.view, distance(event, other) / Math.max(1, distance(before, other)), middleX, middleY);
    } else {
      const { width, height } = this.getBoundingClientRect();
      this.view = panned(this.view, (event.clientX - before.clientX) / width, (event.clientY - before.clientY) / height);
    }
  };

  /** Letting go after dragging presses nothing; and a press is told when it is not the first of two. */
  private readonly pressed = (event: MouseEvent): void => {
    event.stopPropagation();
    clearTimeout(this.pressing);
    if (this.dragged_px > DRAG_PX || event.detail > 1) return;
    this.pressing = setTimeout(() => this.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true })), DOUBLE_MS);
  };

  private at({ clientX, clientY }: { clientX: number; clientY: number }): [number, number] {
    const { left, top, width, height } = this.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  }
}

const KEYS: Record<string, (view: View) => View> = {
  "+": (view) => zoomed(view, STEP),
  "=": (view) => zoomed(view, STEP),
  "-": (view) => zoomed(view, 1 / STEP),
  "0": () => WHOLE,
  ArrowLeft: (view) => panned(view, KEY_PAN, 0),
  ArrowRight: (view) => panned(view, -KEY_PAN, 0),
  ArrowUp: (view) => panned(view, 0, KEY_PAN),
  ArrowDown: (view) => panned(view, 0, -KEY_PAN),
};

function distance(a: { clientX: number; clientY: number }, b: { clientX: number; clientY: number }): number {
  return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-zoom-frame": ZoomFrame;
  }
}
