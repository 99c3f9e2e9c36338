/** `<gcam-direct-picture camera="hall" label="…">`: a browser's camera from that browser itself, while the tab is seen.
 * `direct-over` (its detail says why) where that ends or can't be.
 */
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { words } from "../i18n/i18n.js";
import { DirectFeed } from "../media/direct-feed.js";
import { FeedWhileSeen } from "./feed-while-seen.js";
import { staleStyles } from "./stale.js";

const t = words("live");

@customElement("gcam-direct-picture")
export class DirectPicture extends LitElement {
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
    `,
  ];

  @property() camera = "";
  @property() label = "";
  @state() private shown = false;
  @query("video") private readonly video!: HTMLVideoElement;
  private readonly feed = new FeedWhileSeen(
    this,
    () => (this.camera ? new DirectFeed(this.camera, this.video, () => (this.shown = true), (why) => this.tell(why)) : undefined),
    () => (this.shown = false),
  );

  protected override render(): unknown {
    return html`<video muted autoplay playsinline aria-label=${this.label}></video>
      ${this.shown ? nothing : html`<p role="status">${t("direct.connecting")}</p>`}`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("camera")) this.feed.anew();
  }

  private tell(why: string): void {
    this.feed.stop();
    this.dispatchEvent(new CustomEvent("direct-over", { detail: why }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-direct-picture": DirectPicture;
  }
}
