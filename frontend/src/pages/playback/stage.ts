/** The pictures that play: one, or up to four in step. */
import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { spinner, spinnerStyles } from "../../components/spinner.js";
import { timeFormat } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import type { Conductor } from "../../media/conductor.js";
import type { ClipTrack } from "../../media/clip-track.js";
import { loadPart } from "../../parts.js";
import { Follow } from "../../state/store.js";
import type { Row } from "./timeline-paint.js";

const t = words("playback");

@customElement("gcam-playback-stage")
export class GcamPlaybackStage extends LitElement {
  static override styles = css`
    ${spinnerStyles}
    .panes {
      display: grid;
      gap: 2px;
      height: 100%;
      grid-template-columns: repeat(var(--columns), minmax(0, 1fr));
      grid-auto-rows: minmax(0, 1fr);
      background: #000;
      border-radius: var(--wa-border-radius-l);
      overflow: hidden;
    }
    .pane {
      position: relative;
      overflow: hidden;
      color: #fff;
    }
    gcam-zoom-frame,
    .videos {
      display: block;
      height: 100%;
    }
    .videos {
      position: relative;
    }
    video {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
      object-fit: contain;
    }
    video[hidden] {
      visibility: hidden;
    }
    .name {
      position: absolute;
      inset: auto auto 0 0;
      padding: 2px 8px;
      background: rgb(0 0 0 / 65%);
      font-size: var(--wa-font-size-s);
      font-variant-numeric: tabular-nums;
      pointer-events: none;
      border-start-end-radius: var(--wa-border-radius-m);
    }
    .state {
      position: absolute;
      inset: 0;
      display: grid;
      place-content: center;
      justify-items: center;
      padding: var(--wa-space-s);
      text-align: center;
      background: rgb(0 0 0 / 78%);
      pointer-events: none;
    }
    .state.loading {
      background: none;
      font-size: 2rem;
    }
  `;

  @property({ attribute: false }) conductor!: Conductor;
  /** In step; undefined: one after another. */
  @property({ attribute: false }) cameras: readonly string[] | undefined;
  @property({ attribute: false }) rows: readonly Row[] = [];
  @property() zone = "UTC";
  @query(".panes") private panes!: HTMLElement;
  private tracks: readonly ClipTrack[] = [];
  private arranged: string | undefined;
  private following: object[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.following.length === 0)
      this.following = [new Follow(this, this.conductor.state), new Follow(this, this.conductor.time, Math.floor)];
    this.arranged = undefined;
    this.requestUpdate();
    void loadPart(() => import("../../components/zoom-frame.js")); // what plays does not wait for it
  }

  fullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.requestFullscreen().catch(() => undefined);
  }

  protected override willUpdate(): void {
    const wanted = this.cameras?.join() ?? "";
    if (wanted === this.arranged) return;
    this.arranged = wanted;
    const { clip } = this.conductor;
    const at = this.conductor.time.value;
    this.tracks = this.conductor.arrange(this.cameras);
    void this.updateComplete.then(() => {
      this.mount();
      if (at > 0) this.conductor.seek(at);
      else if (clip) this.conductor.open(clip);
    });
  }

  protected override render(): unknown {
    return html`<div class="panes" @click=${() => this.conductor.toggle()}>
      ${this.tracks.map((track, index) => {
        const camera = this.cameras?.[index] ?? track.clip?.camera_id;
        const name = this.rows.find((row) => row.camera === camera)?.name ?? track.clip?.camera_name ?? "";
        const label = name || t("choose_clip");
        return html`<div class="pane">
          <gcam-zoom-frame of=${camera ?? ""} label=${label}><div class="videos" role="img" aria-label=${label}></div></gcam-zoom-frame>
          ${this.said(track)}
          ${name ? html`<span class="name">${name}${track.clip ? html` · ${this.timeOf(track.at)}` : ""}</span>` : ""}
        </div>`;
      })}
    </div>`;
  }

  protected override updated(): void {
    this.panes.style.setProperty("--columns", String(this.tracks.length > 1 ? 2 : 1));
  }

  private timeOf(at: number): string {
    const format = { timeZone: this.zone, dateStyle: "medium", timeStyle: "medium" } as const;
    return timeFormat(format).format(at * 1000);
  }

  private said(track: ClipTrack): unknown {
    switch (track.state) {
      case "loading":
        return html`<div class="state loading">${spinner}</div>`;
      case "broken":
        return html`<div class="state">${t("broken")}</div>`;
      case "empty":
        return html`<div class="state">${this.cameras ? t("no_footage_then") : t("choose_clip")}</div>`;
      case "ready":
        return "";
    }
  }

  private mount(): void {
    const places = this.renderRoot.querySelectorAll<HTMLElement>(".videos");
    for (const [index, track] of this.tracks.entries()) {
      const place = places[index];
      if (!place) continue;
      place.replaceChildren();
      track.mount(place);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-playback-stage": GcamPlaybackStage;
  }
}
