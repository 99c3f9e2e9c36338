/** `<gcam-zoom-frame>`: zooms and pans what is slotted: wheel, pinch, double click, + - 0 and arrow keys. */
import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { panned, transformOf, WHOLE, zoomed, type View } from "./zoom.js";

const STEP = 1.25;
const KEY_PAN = 0.1;

@customElement("gcam-zoom-frame")
export class ZoomFrame extends LitElement {
  static override styles = css`
    :host {
      display: block;
      position: relative;
      overflow: hidden;
      touch-action: pan-y;
    }
    :host([zoomed]) {
      touch-action: none;
    }
    :host(:focus-visible) {
      outline: var(--wa-focus-ring);
    }
    div {
      width: 100%;
      height: 100%;
      transform-origin: center;
    }
  `;

  @property() label = "";
  @state() private view: View = WHOLE;
  private readonly pointers = new Map<number, PointerEvent>();

  constructor() {
    super();
    this.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.addEventListener("dblclick", (event) => this.double(event));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("pointerdown", (event) => this.down(event));
    this.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"] as const)
      this.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", this.label);
  }

  protected override updated(): void {
    this.toggleAttribute("zoomed", this.view.scale > 1);
  }

  protected override render(): unknown {
    return html`<div style=${styleMap({ transform: transformOf(this.view) })}><slot></slot></div>`;
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    this.view = zoomed(this.view, event.deltaY < 0 ? STEP : 1 / STEP, ...this.at(event));
  }

  private double(event: MouseEvent): void {
    this.view = this.view.scale > 1 ? WHOLE : zoomed(WHOLE, 2.5, ...this.at(event));
  }

  private key(event: KeyboardEvent): void {
    const change = KEYS[event.key];
    if (!change || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow") && this.view.scale === 1) return;
    event.preventDefault();
    this.view = change(this.view);
  }

  private down(event: PointerEvent): void {
    this.pointers.set(event.pointerId, event);
    this.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const other = [...this.pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    if (other) {
      const [middleX, middleY] = this.at({ clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 });
      this.view = zoomed(this.view, distance(event, other) / Math.max(1, distance(before, other)), middleX, middleY);
    } else {
      const { width, height } = this.getBoundingClientRect();
      this.view = panned(this.view, (event.clientX - before.clientX) / width, (event.clientY - before.clientY) / height);
    }
    this.pointers.set(event.pointerId, event);
  }

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
