/** `<gcam-icon .path=${mdiPlay}>`: a Material Design icon from `@mdi/js`, only those used are shipped. */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";

@customElement("gcam-icon")
export class GcamIcon extends LitElement {
  static override styles = css`
    :host {
      display: inline-flex;
      vertical-align: middle;
      width: 1.4em;
      height: 1.4em;
    }
    svg {
      width: 100%;
      height: 100%;
      fill: currentColor;
    }
  `;

  @property() path = "";

  protected override render(): unknown {
    return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${this.path}></path></svg>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-icon": GcamIcon;
  }
}
