/** `<gcam-h264-picture camera="door" label="…">`: the camera's H.264, while it is on the page and the tab is seen. */
import { css, html, LitElement, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { H264Feed } from "../media/h264-feed.js";

@customElement("gcam-h264-picture")
export class H264Picture extends LitElement {
  static override styles = css`
    :host {
      display: block;
      background: #000;
    }
    video {
      width: 100%;
      height: 100%;
      object-fit: contain;
    }
  `;

  @property() camera = "";
  @property() label = "";
  @query("video") private readonly video!: HTMLVideoElement;
  private feed: H264Feed | undefined;
  private readonly pace = (): void => {
    if (document.hidden || !this.isConnected) this.stop();
    else if (this.camera) this.feed ??= new H264Feed(this.camera, this.video);
  };

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.pace);
    if (this.hasUpdated) this.pace();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.pace);
    this.stop();
  }

  protected override render(): unknown {
    return html`<video muted autoplay playsinline aria-label=${this.label}></video>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("camera")) return;
    this.stop();
    this.pace();
  }

  private stop(): void {
    this.feed?.close();
    this.feed = undefined;
  }
}
