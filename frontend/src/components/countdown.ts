/** `<gcam-countdown until=…>`: how long there is, by Gcam's clock; renders nothing but itself. Read aloud when asked, not by itself. */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { duration } from "../i18n/format.js";
import { now_s } from "../state/gcam.js";
import { secondsLeft } from "../state/guard.js";

const LOOKS_MS = 200;

@customElement("gcam-countdown")
export class GcamCountdown extends LitElement {
  static override styles = css`
    span {
      font-variant-numeric: tabular-nums;
    }
  `;

  @property({ type: Number }) until = 0;
  private shown = -1;
  private ticking: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticking = setInterval(() => {
      if (this.left !== this.shown) this.requestUpdate();
    }, LOOKS_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }

  protected override render(): unknown {
    this.shown = this.left;
    return html`<span role="timer" aria-live="off">${duration(this.shown)}</span>`;
  }

  private get left(): number {
    return secondsLeft(this.until, now_s()) ?? 0;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-countdown": GcamCountdown;
  }
}
