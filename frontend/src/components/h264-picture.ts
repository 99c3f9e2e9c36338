/** `<gcam-h264-picture camera="door" label="…">`: the camera's H.264, while it is on the page and the tab is seen. */
import { mdiVolumeHigh, mdiVolumeOff } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { time } from "../i18n/format.js";
import { words } from "../i18n/i18n.js";
import { H264Feed } from "../media/h264-feed.js";
import { now_s } from "../state/gcam.js";
import { FeedWhileSeen } from "./feed-while-seen.js";
import "./icon.js";
import { staleStyles } from "./stale.js";

const t = words("common");

/** Around it the picture is moved by what is pressed. */
function keepToItself(event: Event): void {
  event.stopPropagation();
}

@customElement("gcam-h264-picture")
export class H264Picture extends LitElement {
  static override styles = [
    staleStyles,
    css`
    :host {
      display: block;
      position: relative;
      background: #000;
    }
    video {
      width: 100%;
      height: 100%;
      object-fit: contain;
    }
    button {
      position: absolute;
      inset: auto var(--wa-space-xs) var(--wa-space-xs) auto;
      display: grid;
      place-items: center;
      width: 2.75rem;
      height: 2.75rem;
      border: 0;
      border-radius: 50%;
      background: rgb(0 0 0 / 60%);
      color: #fff;
      cursor: pointer;
    }
  `,
  ];

  @property() camera = "";
  @property() label = "";
  /** Of the camera's second address, while that is there. */
  @property({ type: Boolean }) hd = false;
  /** Whether there is something to hear: it begins muted, as browsers want it. */
  @property({ type: Boolean }) sound = false;
  @state() private muted = true;
  /** Since when the picture stands still, as a sentence. */
  @state() private stale = "";
  @query("video") private readonly video!: HTMLVideoElement;
  private readonly feed = new FeedWhileSeen(this, () =>
    this.camera ? new H264Feed(this.camera, this.hd, this.video, (stale) => this.tellStale(stale)) : undefined,
  );

  protected override render(): unknown {
    return html`<video .muted=${this.muted} autoplay playsinline aria-label=${this.label}></video>
      ${this.sound
        ? html`<button
            type="button"
            aria-pressed=${!this.muted}
            aria-label=${t("sound")}
            title=${t("sound")}
            @pointerdown=${keepToItself}
            @click=${this.hear}
          >
            <gcam-icon .path=${this.muted ? mdiVolumeOff : mdiVolumeHigh}></gcam-icon>
          </button>`
        : nothing}
      ${this.stale ? html`<p role="status">${this.stale}</p>` : nothing}`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("camera") || changed.has("hd")) this.feed.anew();
  }

  private hear(): void {
    this.muted = !this.muted;
  }

  private tellStale(stale: boolean): void {
    if (!stale) this.stale = "";
    else this.stale ||= t("stale", { when: time(now_s()) });
  }
}
