/** `<gcam-onvif-card>`: what an ONVIF camera says of itself, and which of its streams Gcam watches. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Schemas } from "../../api/client.js";
import { number } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { camerasStyles } from "./cameras.styles.js";

const t = words("cameras");
type OnvifCamera = Schemas["OnvifCamera"];

@customElement("gcam-onvif-card")
export class OnvifCard extends LitElement {
  static override styles = [
    camerasStyles,
    css`
      ul {
        gap: var(--wa-space-m);
      }
      li {
        display: grid;
        gap: var(--wa-space-2xs);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) camera: OnvifCamera | undefined;

  protected override render(): unknown {
    const { camera } = this;
    if (!camera) return nothing;
    return html`<section class="panel">
      <h2>${camera.name}</h2>
      ${camera.version ? html`<p class="quiet">ONVIF · ${camera.version}</p>` : nothing}
      <h3>${t("onvif_streams")}</h3>
      <ul>
        ${camera.streams.map(
          (stream) => html`<li>
            <strong>${stream.name}</strong>
            <span>${tellingOf(stream)}</span>
            ${stream.url === camera.url ? html`<span>${t("onvif_watched")}</span>` : nothing}
            ${stream.url === camera.url_hd && camera.url_hd !== camera.url ? html`<span>${t("onvif_recorded")}</span>` : nothing}
            <span class="quiet">${stream.url}</span>
          </li>`,
        )}
      </ul>
    </section>`;
  }
}

export function tellingOf({ codec, width, height, fps }: OnvifCamera["streams"][number]): string {
  const rate = fps === null ? undefined : t("onvif_fps", { fps: number(fps, 0) });
  const name = { h264: "H.264", h265: "H.265", mjpeg: "MJPEG" }[codec] ?? codec;
  return [name, `${width} × ${height}`, rate].filter(Boolean).join(" · ");
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-onvif-card": OnvifCard;
  }
}
