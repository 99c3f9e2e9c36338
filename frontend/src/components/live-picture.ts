/** `<gcam-live-picture camera="door" label="…">`: moving while it can be seen; stops in hidden tabs and off screen. */
import { css, html, LitElement, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { FrameFeed } from "../media/frame-feed.js";

@customElement("gcam-live-picture")
export class LivePicture extends LitElement {
  static override styles = css`
    :host {
      display: block;
      overflow: hidden;
      background: #000;
    }
    canvas {
      display: block;
      width: 100%;
      height: 100%;
      object-fit: contain;
    }
  `;

  @property() camera = "";
  @property() label = "";
  private feed: FrameFeed | undefined;
  private seen = false;
  private readonly observer = new IntersectionObserver((entries) => {
    this.seen = entries.at(-1)?.isIntersecting ?? false;
    this.pace();
  });
  private readonly pace = (): void => {
    if (this.seen && !document.hidden) this.feed?.start();
    else this.feed?.stop();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
    document.addEventListener("visibilitychange", this.pace);
    if (this.hasUpdated) this.requestUpdate("camera", "");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    document.removeEventListener("visibilitychange", this.pace);
    this.feed?.close();
    this.feed = undefined;
  }

  protected override render(): unknown {
    return keyed({}, html`<canvas role="img" aria-label=${this.label}></canvas>`);
  }

  /** Rendered anew only for another camera (or another place in the page): a canvas belongs to its feed for good. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (changed.has("camera")) return true;
    this.renderRoot.querySelector("canvas")?.setAttribute("aria-label", this.label);
    return !this.hasUpdated;
  }

  protected override updated(): void {
    this.feed?.close();
    const canvas = this.renderRoot.querySelector("canvas");
    this.feed = canvas && this.camera ? new FrameFeed(this.camera, canvas, (message) => this.hear(message)) : undefined;
    this.pace();
  }

  private hear(message: { type: string; width?: number; height?: number; fps?: number }): void {
    this.dispatchEvent(new CustomEvent(`picture-${message.type}`, { detail: message }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-live-picture": LivePicture;
  }
}
