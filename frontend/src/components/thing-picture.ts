/**
 * `<gcam-thing-picture>`: a small picture that fills its place, cut to the thing in it where it is known where that is. The whole
 * where it is not; until it is there, nothing.
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import type { Schemas } from "../api/client.js";
import { cropOf } from "./crop.js";

type Named = Schemas["Named"];
/** Of every place for a small picture. */
const SHAPE = 4 / 3;

@customElement("gcam-thing-picture")
export class ThingPicture extends LitElement {
  static override styles = css`
    :host {
      position: relative;
      display: block;
      width: 100%;
      aspect-ratio: 4 / 3;
      overflow: hidden;
    }
    img {
      display: block;
      width: 100%;
      height: 100%;
      object-fit: cover;
    }
    .cut {
      position: absolute;
      object-fit: fill;
    }
  `;

  @property() src = "";
  @property({ attribute: false }) named: readonly Named[] = [];
  @property({ type: Boolean }) lazy = false;
  @state() private size: Schemas["Size"] | undefined;

  protected override render(): unknown {
    return html`<img
      class=${this.box && this.size ? "cut" : ""}
      style=${styleMap(this.place())}
      src=${this.src}
      alt=""
      loading=${this.lazy ? "lazy" : nothing}
      decoding="async"
      @load=${this.measure}
    />`;
  }

  /** Of the main thing, where it is in this very picture. */
  private get box(): Schemas["Box"] | undefined {
    return this.named.find(({ pictured, kind }) => pictured && kind !== "unnamed")?.box;
  }

  private place(): Record<string, string> {
    const { box, size } = this;
    if (!box || !size) return {};
    const { x, y, width, height } = cropOf(box, size, SHAPE);
    return { width: share(1 / width), height: share(1 / height), left: share(-x / width), top: share(-y / height) };
  }

  private measure({ target }: Event): void {
    const { naturalWidth: width, naturalHeight: height } = target as HTMLImageElement;
    if (width > 0 && height > 0) this.size = { width, height };
  }
}

function share(part: number): string {
  return `${part * 100}%`;
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-thing-picture": ThingPicture;
  }
}
