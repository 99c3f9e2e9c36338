/** `<gcam-camera-grid>`: tiles of cameras, as large as they fit into the element's own box. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";
import type { Camera } from "../../state/gcam.js";
import "./camera-tile.js";
import { bestColumns, tileWidth, type Box } from "./layout.js";

const GAP_PX = 12;
const CAPTION_PX = 40;

@customElement("gcam-camera-grid")
export class CameraGrid extends LitElement {
  static override styles = css`
    :host {
      display: block;
      height: 100%;
      overflow: auto;
    }
    div {
      display: grid;
      gap: 12px;
      justify-content: center;
      align-content: var(--gcam-grid-align, start);
      min-height: 100%;
      grid-template-columns: repeat(var(--columns), var(--tile));
    }
  `;

  @property({ attribute: false }) cameras: readonly Camera[] = [];
  @state() private box: Box = { width: 0, height: 0 };
  private readonly sizes = new ResizeObserver(() => {
    this.box = { width: this.clientWidth, height: this.clientHeight };
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
  }

  protected override render(): unknown {
    const { cameras, box } = this;
    if (box.width === 0) return nothing; // tiles of no size would only be in each other's way
    const size = cameras[0]?.state?.size;
    const aspect = size ? size.width / size.height : 4 / 3;
    const columns = bestColumns(cameras.length, box, aspect, GAP_PX, CAPTION_PX);
    const width = Math.floor(tileWidth(cameras.length, columns, box, aspect, GAP_PX, CAPTION_PX));
    return html`<div style=${styleMap({ "--columns": String(columns), "--tile": `${width}px`, "--aspect": String(aspect) })}>
      ${repeat(
        cameras,
        ({ id }) => id,
        (camera) => html`<gcam-camera-tile .camera=${camera}></gcam-camera-tile>`,
      )}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-camera-grid": CameraGrid;
  }
}
