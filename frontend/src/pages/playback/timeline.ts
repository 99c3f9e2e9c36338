/**
 * A day as a line, a row per camera. Press or drag in the rows: `gcam-seek`; drag the hours, wheel and two fingers:
 * zoom and pan. The list of recordings below says the same to those who don't see it.
 */
import { css, html, LitElement } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { InTurn } from "../../components/in-turn.js";
import { timeFormat } from "../../i18n/format.js";
import { whatWords } from "../../components/what.js";
import { words } from "../../i18n/i18n.js";
import { clipAt, type Clip } from "../../media/playlist.js";
import { ScrubPreview } from "../../media/scrub-preview.js";
import { now_s } from "../../state/gcam.js";
import type { Store } from "../../state/store.js";
import type { Day } from "./days.js";
import { around, atOf, panned, pinched, showing, xOf, zoomed, type View } from "./geometry.js";
import { AXIS_PX, paint, ROW_PX, type Colours, type Row } from "./timeline-paint.js";

export interface SeekDetail {
  at: number;
  camera: string | undefined;
  /** Still being dragged. */
  dragging: boolean;
}

const t = words("playback");
const PREVIEW_PX = 176;

@customElement("gcam-timeline")
export class GcamTimeline extends InTurn(LitElement) {
  static override styles = css`
    :host {
      display: block;
      position: relative;
    }
    .line {
      display: block;
      width: 100%;
      border-radius: var(--wa-border-radius-m);
      touch-action: pan-y;
      cursor: crosshair;
      user-select: none;
      -webkit-user-select: none;
    }
    .line:focus-visible {
      outline: var(--wa-focus-ring);
      outline-offset: 2px;
    }
    .preview {
      position: absolute;
      bottom: calc(100% + 4px);
      width: ${PREVIEW_PX}px;
      pointer-events: none;
      z-index: 5;
      border-radius: var(--wa-border-radius-m);
      overflow: hidden;
      background: var(--wa-color-surface-raised);
      box-shadow: var(--wa-shadow-l);
      text-align: center;
      font-size: var(--wa-font-size-s);
      font-variant-numeric: tabular-nums;
    }
    .preview video {
      display: block;
      width: 100%;
      aspect-ratio: 4 / 3;
      object-fit: contain;
      background: #000;
    }
    .preview span {
      display: block;
      padding: 2px 6px;
    }
    [hidden] {
      display: none !important;
    }
  `;

  @property({ attribute: false }) day: Day | undefined;
  @property({ attribute: false }) rows: readonly Row[] = [];
  @property() zone = "UTC";
  /** The moment that is shown. Followed here, so that nobody else renders with every frame. */
  @property({ attribute: false }) time!: Store<number>;
  /** Marked for an export; Shift and dragging asks for another one by `gcam-range`. */
  @property({ attribute: false }) range: View | undefined;
  /** Keeps the cursor in sight. */
  @property({ type: Boolean }) follow = false;

  @state() private view: View | undefined;
  @state() private hover: { x: number; at: number; clip: Clip | undefined } | undefined;
  @query("canvas") private canvas!: HTMLCanvasElement;
  private readonly preview = new ScrubPreview();
  private readonly fingers = new Map<number, number>();
  private dragging: "seek" | "pan" | "range" | undefined;
  private rangeFrom = 0;
  /** Where the cursor was painted, on how wide a line. */
  private shown = { at: 0, width: 0 };
  private endFollowing: (() => void) | undefined;
  private readonly sized = new ResizeObserver(() => this.requestUpdate());
  private readonly themed = new MutationObserver(() => this.requestUpdate());

  override connectedCallback(): void {
    super.connectedCallback();
    this.endFollowing = this.time.subscribe(this.moved);
    this.sized.observe(this);
    this.themed.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.endFollowing?.();
    this.sized.disconnect();
    this.themed.disconnect();
    this.preview.stop();
  }

  /** `factor` below 1 looks closer, around the cursor where it is in sight. */
  zoom(factor: number): void {
    const { view, day } = this;
    if (!view || !day) return;
    const at = this.time.value;
    const inSight = at >= view.start && at <= view.end;
    this.view = zoomed(view, factor, inSight ? at : (view.start + view.end) / 2, day);
  }

  whole(): void {
    this.view = this.day;
  }

  lookAt(at: number, span_s: number): void {
    if (this.day) this.view = around(at, span_s, this.day);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get("day") as Day | undefined;
    if (changed.has("day") && before?.key !== this.day?.key) this.view = this.day;
  }

  protected override render(): unknown {
    const { day, hover } = this;
    if (!day) return "";
    const at = this.time.value;
    const height = `${AXIS_PX + Math.max(1, this.rows.length) * ROW_PX}px`;
    return html`
      <canvas class="line" style=${styleMap({ height })} tabindex="0" role="slider" aria-label=${t("timeline")}
        aria-valuemin=${day.start} aria-valuemax=${day.end} aria-valuenow=${Math.round(at)}
        aria-valuetext=${this.timeOf(at)}
        @pointerdown=${this.down} @pointermove=${this.move} @pointerup=${this.up} @pointercancel=${this.up}
        @pointerleave=${this.leave} @wheel=${this.wheel}></canvas>
      <div class="preview" aria-hidden="true" ?hidden=${!hover} style=${styleMap(hover ? { left: `${this.previewLeft(hover.x)}px` } : {})}>
        <div ?hidden=${!hover?.clip}>${this.preview.element}</div>
        <span>${hover ? this.timeOf(hover.at) : ""}${hover ? html`${hover.clip?.what ? ` · ${whatWords(hover.clip.what)}` : ""}${hover.clip ? "" : ` · ${t("nothing_then")}`}` : ""}</span>
      </div>`;
  }

  private previewLeft(x_px: number): number {
    return Math.max(0, Math.min(x_px - PREVIEW_PX / 2, this.clientWidth - PREVIEW_PX));
  }

  protected override updated(): void {
    const { view, rows, zone, range } = this;
    if (!view) return;
    const at = this.time.value;
    this.shown = { at, width: this.canvas.clientWidth };
    paint(this.canvas, { rows, view, zone, at, now: now_s(), hover: this.hover?.at, range }, this.colours());
  }

  /** Anew once a second, for who is told the moment, and where the cursor has reached another point of the screen. */
  private readonly moved = (at: number): void => {
    if (this.follow && this.view && this.day && !this.dragging) this.view = showing(this.view, at, this.day);
    const { view, shown } = this;
    if (!view || Math.floor(at) !== Math.floor(shown.at) || pointOf(at, view, shown.width) !== pointOf(shown.at, view, shown.width))
      this.requestUpdate();
  };

  private readonly down = (event: PointerEvent): void => {
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, event.offsetX);
    if (this.fingers.size > 1) {
      this.dragging = undefined;
      this.hover = undefined;
      return;
    }
    this.dragging = event.shiftKey ? "range" : event.offsetY < AXIS_PX ? "pan" : "seek";
    this.rangeFrom = this.view ? atOf(event.offsetX, this.view, this.canvas.clientWidth) : 0;
    if (this.dragging === "seek") this.seek(event, true);
  };

  private readonly move = (event: PointerEvent): void => {
    const { view, day } = this;
    if (!view || !day) return;
    const before = this.fingers.get(event.pointerId);
    if (before === undefined) {
      this.look(event);
      return;
    }
    const width = this.canvas.clientWidth;
    const [other] = [...this.fingers].filter(([id]) => id !== event.pointerId).map(([, x]) => x);
    this.fingers.set(event.pointerId, event.offsetX);
    if (other !== undefined) {
      const [from, to] = before < other ? [[before, other], [event.offsetX, other]] as const : [[other, before], [other, event.offsetX]] as const;
      this.view = pinched(view, from, to, width, day);
    } else if (this.dragging === "pan") {
      this.view = panned(view, ((before - event.offsetX) / width) * (view.end - view.start), day);
    } else if (this.dragging === "range") this.choose(atOf(event.offsetX, view, width));
    else if (this.dragging === "seek") this.seek(event, true);
  };

  private readonly up = (event: PointerEvent): void => {
    if (this.dragging === "seek" && event.type === "pointerup") this.seek(event, false);
    this.fingers.delete(event.pointerId);
    this.dragging = undefined;
    if (event.pointerType !== "mouse") this.hover = undefined;
  };

  private readonly leave = (): void => {
    this.hover = undefined;
  };

  private readonly wheel = (event: WheelEvent): void => {
    const { view, day } = this;
    if (!view || !day) return;
    event.preventDefault();
    const width = this.canvas.clientWidth;
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
      this.view = panned(view, (sideways / width) * (view.end - view.start), day);
    else this.view = zoomed(view, Math.exp(event.deltaY * 0.0022), atOf(event.offsetX, view, width), day);
  };

  private choose(to: number): void {
    const [start, end] = [Math.min(this.rangeFrom, to), Math.max(this.rangeFrom, to)];
    this.dispatchEvent(new CustomEvent<View>("gcam-range", { detail: { start, end } }));
  }

  private seek(event: PointerEvent, dragging: boolean): void {
    this.look(event);
    const { view, day } = this;
    if (!view || !day) return;
    const at = Math.min(day.end, Math.max(day.start, atOf(event.offsetX, view, this.canvas.clientWidth)));
    const detail: SeekDetail = { at, camera: this.rowAt(event.offsetY)?.camera, dragging };
    this.dispatchEvent(new CustomEvent("gcam-seek", { detail }));
  }

  /** Shows the picture under the pointer. */
  private look(event: PointerEvent): void {
    if (!this.view) return;
    const at = atOf(event.offsetX, this.view, this.canvas.clientWidth);
    const least_s = (3 / this.canvas.clientWidth) * (this.view.end - this.view.start);
    const clips = this.rowAt(event.offsetY)?.clips ?? [];
    const clip = clipAt(clips, at) ?? clips.find(({ started_at, ended_at }) => started_at - least_s < at && at < ended_at + least_s);
    if (clip) this.preview.show(clip, Math.min(Math.max(at, clip.started_at), clip.ended_at - 0.05));
    this.hover = { x: xOf(at, this.view, this.canvas.clientWidth), at, clip };
  }

  private rowAt(y: number): Row | undefined {
    return this.rows[Math.floor((y - AXIS_PX) / ROW_PX)];
  }

  private timeOf(at: number): string {
    return timeFormat({ timeZone: this.zone, timeStyle: "medium" }).format(at * 1000);
  }

  private colours(): Colours {
    const style = getComputedStyle(this);
    const of = (name: string): string => style.getPropertyValue(name).trim();
    return {
      text: of("--wa-color-text-normal"),
      quiet: of("--wa-color-text-quiet"),
      line: of("--wa-color-surface-border"),
      row: of("--wa-color-surface-lowered"),
      motion: of("--gcam-motion"),
      person: of("--gcam-person"),
      vehicle: of("--gcam-vehicle"),
      animal: of("--gcam-animal"),
      band: of("--wa-color-brand-fill-loud"),
      cursor: of("--gcam-recording"),
      future: of("--wa-color-surface-default"),
      font: style.fontFamily,
    };
  }
}

/** Which of the screen's points across is the cursor's. */
function pointOf(at: number, view: View, width_px: number): number {
  return Math.round(xOf(at, view, width_px) * devicePixelRatio);
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-timeline": GcamTimeline;
  }
}
