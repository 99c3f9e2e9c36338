/** All cameras at once. */
import { mdiCctv } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import "../../components/empty.js";
import "../../components/live-picture.js";
import { words } from "../../i18n/i18n.js";
import type { Place } from "../../router.js";
import { gcam, type Camera } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";

const t = words("live");

@customElement("gcam-live-page")
export class LivePage extends LitElement {
  static override styles = css`
    .grid {
      display: grid;
      gap: var(--gcam-page-gap);
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
    }
    figure {
      margin: 0;
      border-radius: var(--wa-border-radius-l);
      overflow: hidden;
      background: var(--wa-color-surface-raised);
    }
    gcam-live-picture {
      aspect-ratio: 4 / 3;
    }
    figcaption {
      display: flex;
      justify-content: space-between;
      padding: var(--wa-space-xs) var(--wa-space-s);
    }
  `;

  @property({ attribute: false }) place: Place | undefined;
  private readonly gcam = new Follow(this, gcam);

  protected override render(): unknown {
    const { cameras } = this.gcam.value;
    if (!cameras) return "";
    if (cameras.length === 0)
      return html`<gcam-empty .icon=${mdiCctv} .heading=${t("no_cameras")} .text=${t("no_cameras_text")}></gcam-empty>`;
    return html`<div class="grid">${repeat(cameras, ({ id }) => id, (camera) => this.tile(camera))}</div>`;
  }

  private tile(camera: Camera): unknown {
    const status = camera.state?.status ?? "disabled";
    return html`<figure>
      <gcam-live-picture camera=${camera.id} label=${t("picture_of", { name: camera.name })}></gcam-live-picture>
      <figcaption><span>${camera.name}</span><span>${t(`status.${status}`)}</span></figcaption>
    </figure>`;
  }
}
