/** What stands where nothing is yet: says so, and what to do. Slot for buttons. */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import "./icon.js";

@customElement("gcam-empty")
export class GcamEmpty extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      justify-items: center;
      gap: var(--wa-space-s);
      padding: var(--wa-space-2xl) var(--wa-space-m);
      text-align: center;
      color: var(--wa-color-text-quiet);
    }
    gcam-icon {
      font-size: 2.5rem;
    }
    h2,
    p {
      margin: 0;
      max-width: 40rem;
    }
    h2 {
      font-size: var(--wa-font-size-l);
      color: var(--wa-color-text-normal);
    }
    ::slotted(a) {
      color: var(--wa-color-brand-on-quiet);
    }
  `;

  @property() icon = "";
  @property() heading = "";
  @property() text = "";

  protected override render(): unknown {
    return html`<gcam-icon .path=${this.icon}></gcam-icon>
      <h2>${this.heading}</h2>
      ${this.text ? html`<p>${this.text}</p>` : ""}
      <slot></slot>`;
  }
}
