/**
 * `<gcam-polygon-editor>`: zones and masks drawn over a picture, by mouse, touch and keyboard. It changes nothing by
 * itself: `shape-changed` (a `Shape`), `shape-selected` and `shape-removed` (an id) say what is wanted, and
 * `corner-selected` which corner `removeCorner` would take.
 */
import { html, LitElement, svg, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Schemas } from "../../api/client.js";
import { number } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import type { Shape } from "./draft.js";
import { polygonEditorStyles } from "./polygon-editor.styles.js";
import { centre, middle, moved, split, withCorner, withoutCorner, type Point, type Polygon } from "./polygons.js";

const t = words("tune");
const STEP = 0.005;
const BIG_STEP = 0.05;
const ARROWS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** Pixels on the screen, so that a thumb finds them on any picture. */
const DOT_PX = 7;
const TARGET_PX = 18;

type Drag = { id: number; corner?: number; from: Point; polygon: Polygon };

@customElement("gcam-polygon-editor")
export class PolygonEditor extends LitElement {
  static override styles = polygonEditorStyles;

  @property({ attribute: false }) shapes: readonly Shape[] = [];
  @property({ attribute: false }) selected: number | undefined;
  /** What moves at the moment. */
  @property({ attribute: false }) regions: readonly Schemas["Region"][] = [];
  @property({ type: Boolean }) moving = false;
  /** The picture's own size; only its shape matters. */
  @property({ attribute: false }) size: Schemas["Size"] = { width: 4, height: 3 };
  @state() private corner: number | undefined;
  @state() private width_px = 640;
  private drag: Drag | undefined;
  private readonly observer = new ResizeObserver(([entry]) => {
    if (entry) this.width_px = Math.max(1, entry.contentRect.width);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  /** Takes the corner away that was touched last; without one nothing happens. */
  removeCorner(): void {
    const shape = this.shapes.find(({ id }) => id === this.selected);
    if (!shape || this.corner === undefined) return;
    this.change(shape, withoutCorner(shape.polygon, this.corner));
    this.corner = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("selected") && this.selected === undefined) this.corner = undefined;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("corner")) this.dispatchEvent(new CustomEvent("corner-selected", { detail: this.corner }));
  }

  protected override render(): unknown {
    const { width, height } = this.size;
    const ordered = [...this.shapes].sort((a, b) => Number(a.id === this.selected) - Number(b.id === this.selected));
    return html`<svg
      viewBox="0 0 ${width} ${height}"
      role="group"
      aria-label=${t("drawing")}
      @pointerdown=${this.deselect}
      @pointermove=${this.dragOn}
      @pointerup=${this.drop}
      @pointercancel=${this.drop}
    >
      ${this.regions.map(
        (region) =>
          svg`<rect class="region ${this.moving ? "moving" : ""}" x=${region.x * width} y=${region.y * height}
            width=${region.width * width} height=${region.height * height}></rect>`,
      )}
      ${repeat(ordered, ({ id }) => id, (shape) => this.shape(shape))}
    </svg>`;
  }

  private shape(shape: Shape): unknown {
    const isSelected = shape.id === this.selected;
    const [x, y] = this.placed(centre(shape.polygon));
    const points = shape.polygon.map((corner) => this.placed(corner).join(",")).join(" ");
    return svg`<g class="${shape.kind} ${isSelected ? "selected" : ""}">
      <polygon class="shape" points=${points} tabindex="0" role="button" aria-pressed=${isSelected}
        aria-label=${nameOf(shape, this.shapes)}
        @pointerdown=${(event: PointerEvent) => this.grab(event, shape)}
        @focus=${() => this.select(shape.id)}
        @keydown=${(event: KeyboardEvent) => this.steer(event, shape)}></polygon>
      <text x=${x} y=${y} font-size=${13 * this.unit}>${shape.kind === "zone" ? shape.name : ""}</text>
      ${isSelected ? shape.polygon.map((_, index) => this.edge(shape, index)) : ""}
      ${isSelected ? shape.polygon.map((corner, index) => this.handle(shape, corner, index)) : ""}
    </g>`;
  }

  private handle(shape: Shape, corner: Point, index: number): unknown {
    const [x, y] = this.placed(corner);
    const label = t("corner", { number: index + 1, x: number(corner[0] * 100), y: number(corner[1] * 100) });
    return svg`<g class="corner ${index === this.corner ? "active" : ""}" tabindex="0" role="button" aria-label=${label}
      @pointerdown=${(event: PointerEvent) => this.grab(event, shape, index)}
      @dblclick=${() => this.removeCorner()}
      @focus=${() => (this.corner = index)}
      @keydown=${(event: KeyboardEvent) => this.steer(event, shape, index)}>
      <circle class="target" cx=${x} cy=${y} r=${TARGET_PX * this.unit}></circle>
      <circle class="dot" cx=${x} cy=${y} r=${DOT_PX * this.unit}></circle>
    </g>`;
  }

  /** In the middle of an edge: dragged or pressed, it becomes a corner. */
  private edge(shape: Shape, index: number): unknown {
    const [x, y] = this.placed(middle(shape.polygon, index));
    return svg`<g class="edge" tabindex="0" role="button" aria-label=${t("add_corner_after", { number: index + 1 })}
      @pointerdown=${(event: PointerEvent) => this.splitAt(event, shape, index)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        this.change(shape, split(shape.polygon, index));
      }}>
      <circle class="target" cx=${x} cy=${y} r=${(TARGET_PX - 6) * this.unit}></circle>
      <circle class="dot" cx=${x} cy=${y} r=${(DOT_PX - 3) * this.unit}></circle>
    </g>`;
  }

  private splitAt(event: PointerEvent, shape: Shape, index: number): void {
    const polygon = split(shape.polygon, index);
    if (polygon === shape.polygon) return;
    this.change(shape, polygon);
    this.grab(event, { ...shape, polygon }, index + 1);
  }

  private grab(event: PointerEvent, shape: Shape, corner?: number): void {
    if (event.button !== 0) return;
    event.stopPropagation();
    const wasSelected = shape.id === this.selected;
    this.select(shape.id);
    this.corner = corner;
    if (!wasSelected && event.pointerType !== "mouse") return; // a finger may be about to scroll
    this.renderRoot.querySelector("svg")?.setPointerCapture(event.pointerId);
    this.drag = {
      id: shape.id,
      from: this.at(event),
      polygon: shape.polygon,
      ...(corner === undefined ? {} : { corner }),
    };
  }

  private dragOn(event: PointerEvent): void {
    const { drag } = this;
    const shape = this.shapes.find(({ id }) => id === drag?.id);
    if (!drag || !shape) return;
    const [x, y] = this.at(event);
    const [dx, dy] = [x - drag.from[0], y - drag.from[1]];
    const corner = drag.corner === undefined ? undefined : drag.polygon[drag.corner];
    this.change(
      shape,
      drag.corner === undefined || !corner
        ? moved(drag.polygon, dx, dy)
        : withCorner(drag.polygon, drag.corner, [corner[0] + dx, corner[1] + dy]),
    );
  }

  private drop(): void {
    this.drag = undefined;
  }

  private steer(event: KeyboardEvent, shape: Shape, corner?: number): void {
    const arrow = ARROWS[event.key];
    const { polygon } = shape;
    if (arrow) {
      const step = event.shiftKey ? BIG_STEP : STEP;
      const [dx, dy] = [arrow[0] * step, arrow[1] * step];
      const from = corner === undefined ? undefined : polygon[corner];
      this.change(
        shape,
        corner === undefined || !from ? moved(polygon, dx, dy) : withCorner(polygon, corner, [from[0] + dx, from[1] + dy]),
      );
    } else if (corner !== undefined && (event.key === "Delete" || event.key === "Backspace")) this.removeCorner();
    else if (corner !== undefined && event.key === "Enter") this.change(shape, split(polygon, corner));
    else if (corner === undefined && event.key === "Delete")
      this.dispatchEvent(new CustomEvent("shape-removed", { detail: shape.id }));
    else if (event.key === "Escape") this.deselect();
    else return;
    event.preventDefault();
  }

  private deselect(): void {
    this.corner = undefined;
    this.select(undefined);
  }

  private select(id: number | undefined): void {
    if (id !== this.selected) this.dispatchEvent(new CustomEvent("shape-selected", { detail: id }));
  }

  private change(shape: Shape, polygon: Polygon): void {
    if (polygon !== shape.polygon)
      this.dispatchEvent(new CustomEvent<Shape>("shape-changed", { detail: { ...shape, polygon } }));
  }

  /** Where on the picture the pointer is. */
  private at(event: PointerEvent): Point {
    const box = this.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  private placed([x, y]: Point): Point {
    return [x * this.size.width, y * this.size.height];
  }

  /** One screen pixel in the drawing's units. */
  private get unit(): number {
    return this.size.width / this.width_px;
  }
}

/** “Zone Path”, “Privacy mask 2”. */
export function nameOf(shape: Shape, all: readonly Shape[]): string {
  if (shape.kind === "zone") return t("named_zone", { name: shape.name });
  const index = all.filter(({ kind }) => kind === shape.kind).findIndex(({ id }) => id === shape.id);
  return t(`numbered_${shape.kind}`, { number: index + 1 });
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-polygon-editor": PolygonEditor;
  }
}
