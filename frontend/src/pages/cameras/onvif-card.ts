/** `<gcam-onvif-card>`: what an ONVIF camera says of itself, and which of its streams Gcam watches and records: to be chosen. */
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Schemas } from "../../api/client.js";
import { number } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { camerasStyles } from "./cameras.styles.js";

const t = words("cameras");
type OnvifCamera = Schemas["OnvifCamera"];
export interface Chosen {
  url: string;
  /** Empty: what is watched is recorded. */
  url_hd: string;
}

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
  /** What is chosen of it. */
  @property({ attribute: false }) chosen: Chosen = { url: "", url_hd: "" };

  protected override render(): unknown {
    const { camera, chosen } = this;
    if (!camera) return nothing;
    const recorded = chosen.url_hd || chosen.url;
    return html`<section class="panel">
      <h2>${camera.name}</h2>
      ${camera.version ? html`<p class="quiet">ONVIF · ${camera.version}</p>` : nothing}
      <h3>${t("onvif_streams")}</h3>
      <ul>
        ${camera.streams.map(
          (stream) => html`<li>
            <strong>${stream.name}</strong>
            <span>${tellingOf(stream)}</span>
            ${stream.url === chosen.url ? html`<span>${t("onvif_watched")}</span>` : nothing}
            ${stream.url === chosen.url_hd ? html`<span>${t("onvif_recorded")}</span>` : nothing}
            <span class="quiet">${stream.url}</span>
          </li>`,
        )}
      </ul>
      ${camera.streams.length > 1
        ? html`${this.select("onvif_watch", chosen.url, (url) => chosenOf(url, recorded))}
            ${this.select("onvif_record", recorded, (url) => chosenOf(chosen.url, url))}`
        : nothing}
    </section>`;
  }

  private select(label: string, url: string, chosen: (url: string) => Chosen): unknown {
    const streams = this.camera?.streams ?? [];
    const choose = (event: Event): void => {
      const picked = streams[Number((event.target as HTMLInputElement).value)];
      if (picked) this.dispatchEvent(new CustomEvent<Chosen>("streams-chosen", { detail: chosen(picked.url) }));
    };
    return html`<wa-select label=${t(label)} .value=${live(String(streams.findIndex((stream) => stream.url === url)))} @change=${choose}>
      ${streams.map((stream, index) => html`<wa-option value=${index}>${stream.name}: ${stream.width} × ${stream.height}</wa-option>`)}
    </wa-select>`;
  }
}

/** As a camera's settings have it: no second address where both are one stream. */
export function chosenOf(watched: string, recorded: string): Chosen {
  return { url: watched, url_hd: recorded === watched ? "" : recorded };
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
