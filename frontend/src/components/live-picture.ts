/** `<gcam-live-picture camera="door" label="…">`: moving while it can be seen; stops in hidden tabs and off screen. */
import { css, html, LitElement, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { SILENCE_MS } from "../api/frames.js";
import { time } from "../i18n/format.js";
import { words } from "../i18n/i18n.js";
import { frameFeed, type FrameFeed } from "../media/frame-feed.js";
import type { Seen } from "../media/live-drawing.js";
import { now_s } from "../state/gcam.js";
import { staleStyles } from "./stale.js";

const t = words("common");

@customElement("gcam-live-picture")
export class LivePicture extends LitElement {
  static override styles = [
    staleStyles,
    css`
    :host {
      display: block;
      position: relative;
      overflow: hidden;
      background: #000;
    }
    canvas {
      display: block;
      width: 100%;
      height: 100%;
      object-fit: contain;
    }
    p:empty {
      display: none;
    }
  `,
  ];

  @property() camera = "";
  @property() label = "";
  /** Of the camera's second address, while that is there. */
  @property({ type: Boolean }) hd = false;
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
    return html`${keyed({}, html`<canvas role="img" aria-label=${this.label}></canvas>`)}
      <p role="status"></p>`;
  }

  /** Rendered anew only for another camera (or another place in the page): a canvas belongs to its feed for good. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (changed.has("camera") || changed.has("hd")) return true;
    this.renderRoot.querySelector("canvas")?.setAttribute("aria-label", this.label);
    return !this.hasUpdated;
  }

  protected override updated(): void {
    this.feed?.close();
    const canvas = this.renderRoot.querySelector("canvas");
    this.feed = canvas && this.camera ? frameFeed(this.camera, this.hd, canvas, (seen) => this.hear(seen)) : undefined;
    this.pace();
  }

  /** A picture that stands still says since when, or it would be taken for a live one. */
  private tellStale(stale: boolean): void {
    const line = this.renderRoot.querySelector("p");
    if (line) line.textContent = stale ? t("stale", { when: time(now_s() - SILENCE_MS / 1000) }) : "";
  }

  private hear(seen: Seen): void {
    if (seen.type === "stale") this.tellStale(seen.stale);
    this.dispatchEvent(new CustomEvent(`picture-${seen.type}`, { detail: seen }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-live-picture": LivePicture;
  }
}
