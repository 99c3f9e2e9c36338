/**
 * `<gcam-icon .path=${mdiPlay}>`: a Material Design icon from `@mdi/js`, only those used are shipped. A page shows dozens,
 * so it is a bare element: nothing is rendered but what is set.
 */
import { adoptStyles, css } from "lit";

const SVG = "http://www.w3.org/2000/svg";

const styles = css`
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

export class GcamIcon extends HTMLElement {
  private readonly drawn = document.createElementNS(SVG, "path");

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(this.drawn);
    root.append(svg);
    adoptStyles(root, [styles]);
  }

  get path(): string {
    return this.drawn.getAttribute("d") ?? "";
  }

  set path(path: string) {
    this.drawn.setAttribute("d", path);
  }
}

customElements.define("gcam-icon", GcamIcon);

declare global {
  interface HTMLElementTagNameMap {
    "gcam-icon": GcamIcon;
  }
}
