/** What each camera costs: pictures, network, processor, and what was lost. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import type { Schemas } from "../../api/client.js";
import { bytes, number, percent } from "../../i18n/format.js";
import { hasWord, words } from "../../i18n/i18n.js";
import { systemStyles } from "./system.styles.js";

type CameraLoad = Schemas["CameraLoad"];
const t = words("system");

@customElement("gcam-camera-loads")
export class CameraLoads extends LitElement {
  static override styles = [
    systemStyles,
    css`
      li {
        display: grid;
        grid-template-columns: minmax(8rem, 1fr) minmax(0, 3fr);
        gap: var(--wa-space-2xs) var(--wa-space-m);
        padding-block-end: var(--wa-space-s);
        border-block-end: 1px solid var(--wa-color-surface-border);
      }
      li:last-child {
        border: none;
        padding: 0;
      }
      strong {
        overflow-wrap: anywhere;
      }
      .facts {
        display: grid;
        gap: var(--wa-space-2xs);
        min-width: 0;
      }
      .bar {
        height: 0.5rem;
        border-radius: 0.25rem;
        background: var(--wa-color-surface-lowered);
        overflow: hidden;
      }
      .bar > div {
        height: 100%;
        background: var(--wa-color-brand-60);
      }
      @media (max-width: 600px) {
        li {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  @property({ attribute: false }) cameras: readonly CameraLoad[] = [];

  protected override render(): unknown {
    return html`<section aria-labelledby="loads">
      <h2 id="loads">${t("loads")}</h2>
      ${this.cameras.length === 0 ? html`<p class="quiet">${t("no_loads")}</p>` : nothing}
      <ul>
        ${this.cameras.map(row)}
      </ul>
    </section>`;
  }
}

function row(camera: CameraLoad): unknown {
  const { decode_share, detect_share } = camera;
  const share = decode_share === null || detect_share === null ? undefined : decode_share + detect_share;
  return html`<li>
    <div>
      <strong>${camera.name}</strong><br /><small>${t(`status.${camera.status}`)}</small>
    </div>
    <div class="facts">
      <span>
        ${t("fps", { fps: number(camera.fps, 1) })} ·
        ${camera.bytes_per_s === null ? t("measuring") : t("per_second", { size: bytes(camera.bytes_per_s) })}
      </span>
      <div class="bar" aria-hidden="true"><div style=${styleMap({ width: `${Math.min(100, share ?? 0)}%` })}></div></div>
      <span>
        ${
          share === undefined
            ? t("measuring")
            : t("work", { share: percent(share, 1), decode: percent(decode_share ?? 0, 1), detect: percent(detect_share ?? 0, 1) })
        }
      </span>
      ${lost(camera)}
    </div>
  </li>`;
}

function lost({ dropped, queued }: CameraLoad): unknown {
  const stages = Object.entries(dropped).filter(([, count]) => count > 0);
  const said = stages.map(([stage, count]) => `${stageName(stage)} ${number(count)}`);
  if (queued > 0) said.push(t("queued", { count: queued }));
  return said.length === 0 ? nothing : html`<small>${t("dropped")} ${said.join(", ")}</small>`;
}

function stageName(stage: string): string {
  return hasWord("system", `stages.${stage}`) ? t(`stages.${stage}`) : stage;
}
