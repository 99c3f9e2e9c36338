/** `<gcam-clock>`: Gcam's time now, to the second; renders nothing but itself. */
import { html, LitElement } from "lit";
import { customElement } from "lit/decorators.js";
import { time } from "../i18n/format.js";
import { now_s } from "../state/gcam.js";

@customElement("gcam-clock")
export class GcamClock extends LitElement {
  private ticking: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticking = setInterval(() => this.requestUpdate(), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }

  protected override render(): unknown {
    return html`<time>${time(now_s())}</time>`;
  }
}
