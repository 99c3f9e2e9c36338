/**
 * For a screen on the wall: pictures and nothing else, group after group. `#/kiosk?group=Outside&group=Upstairs&every=20`
 * chooses groups and how many seconds each is shown; full screen by touching it.
 */
import "@awesome.me/webawesome/dist/components/button/button.js";
import { mdiClose, mdiFullscreen } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { heading } from "../../components/heading.js";
import "../../components/icon.js";
import { words } from "../../i18n/i18n.js";
import type { Place } from "../../router.js";
import { hashOf } from "../../routes.js";
import { gcam } from "../../state/gcam.js";
import { shows } from "../../state/groups.js";
import { Follow } from "../../state/store.js";
import "../live/camera-grid.js";
import { unseen } from "../../styles/unseen.js";
import { WakeLock } from "./wake-lock.js";

const t = words("live");
const [LEAST_S, USUAL_S, MOST_S] = [3, 15, 3600];
const TOOLS_MS = 4000;

@customElement("gcam-kiosk-page")
export class KioskPage extends LitElement {
  static override styles = css`
    :host {
      position: relative;
      height: 100dvh;
      padding: 0 !important;
      background: #000;
      --gcam-grid-align: center;
    }
    .tools {
      position: absolute;
      inset-block-start: var(--wa-space-s);
      inset-inline-end: var(--wa-space-s);
      display: flex;
      gap: var(--wa-space-xs);
      opacity: 0;
      transition: opacity 0.3s;
    }
    @media (prefers-reduced-motion: reduce) {
      .tools {
        transition: none;
      }
    }
    .tools.seen,
    .tools:focus-within {
      opacity: 1;
    }
    h1 {
      ${unseen}
    }
  `;

  @property({ attribute: false }) place: Place | undefined;
  @state() private turn = 0;
  @state() private touched = true;
  private readonly gcam = new Follow(this, gcam);
  private turning: ReturnType<typeof setTimeout> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new WakeLock(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("pointermove", this.seen);
    this.addEventListener("pointerdown", this.seen);
    this.seen();
    this.next();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.turning);
    clearTimeout(this.hiding);
  }

  protected override render(): unknown {
    const { cameras } = this.gcam.value;
    if (!cameras) return nothing;
    const parts = shows(cameras, this.place?.query.getAll("group") ?? []);
    return html`<h1 ${heading()}>${t("kiosk")}</h1>
      <gcam-camera-grid .cameras=${parts[this.turn % Math.max(1, parts.length)] ?? []}></gcam-camera-grid>
      <div class="tools ${this.touched ? "seen" : ""}">
        ${document.fullscreenEnabled
          ? html`<wa-button size="s" aria-label=${t("full_screen")} title=${t("full_screen")} @click=${this.fill}
              ><gcam-icon .path=${mdiFullscreen}></gcam-icon
            ></wa-button>`
          : nothing}
        <wa-button size="s" href=${hashOf("live")} aria-label=${t("leave_kiosk")} title=${t("leave_kiosk")} @click=${leave}
          ><gcam-icon .path=${mdiClose}></gcam-icon
        ></wa-button>
      </div>`;
  }

  /** The next group, `every` so many seconds. */
  private next(): void {
    const asked = Number(this.place?.query.get("every") ?? USUAL_S);
    const every_s = Math.min(MOST_S, Math.max(LEAST_S, Number.isFinite(asked) ? asked : USUAL_S));
    this.turning = setTimeout(() => {
      this.turn += 1;
      this.next();
    }, every_s * 1000);
  }

  private readonly seen = (): void => {
    this.touched = true;
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => (this.touched = false), TOOLS_MS);
  };

  private readonly fill = (): void => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen();
  };
}

function leave(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
}
