/** `<gcam-probe-card>`: what a board is, a picture it took, and what is worth knowing of it. */
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Schemas } from "../../api/client.js";
import { number } from "../../i18n/format.js";
import { hasWord, words } from "../../i18n/i18n.js";
import type { Camera } from "../../state/gcam.js";
import { camerasStyles } from "./cameras.styles.js";
import { hashOf } from "../../routes.js";

const t = words("cameras");
type Probe = Schemas["Probe"];

@customElement("gcam-probe-card")
export class ProbeCard extends LitElement {
  static override styles = [
    camerasStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--wa-space-2xs) var(--wa-space-m);
        margin: 0;
      }
      dt {
        color: var(--wa-color-text-quiet);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      ul {
        list-style: disc;
        padding-inline-start: 1.2em;
        gap: var(--wa-space-2xs);
      }
    `,
  ];

  @property({ attribute: false }) probe: Probe | undefined;
  @property({ attribute: false }) cameras: readonly Camera[] = [];

  protected override render(): unknown {
    const { probe } = this;
    if (!probe) return nothing;
    return html`<section class="panel">
      ${this.known(probe)}
      ${probe.picture
        ? html`<img src=${`data:image/jpeg;base64,${probe.picture.jpeg}`} alt=${t("probe_picture")} />`
        : html`<wa-callout variant=${probe.claimed === false ? "neutral" : "warning"}>${t(probe.claimed === false ? "unclaimed" : "no_picture")}</wa-callout>`}
      <dl>${facts(probe).map(([name, value]) => html`<dt>${t(`fact.${name}`)}</dt><dd>${value}</dd>`)}</dl>
      ${notes(probe.notes.filter(({ code }) => code !== "unclaimed"))}
    </section>`;
  }

  private known({ camera_id }: Probe): unknown {
    if (camera_id === null) return nothing;
    const name = this.cameras.find(({ id }) => id === camera_id)?.name ?? camera_id;
    return html`<wa-callout variant="warning" role="alert">
      ${t("watched_by")} <a href=${hashOf("cameras/:camera", { camera: camera_id })}>${name}</a>
    </wa-callout>`;
  }
}

export function notes(all: readonly Schemas["Note"][]): unknown {
  if (all.length === 0) return nothing;
  const text = ({ code, text }: Schemas["Note"]): string => (hasWord("cameras", `note.${code}`) ? t(`note.${code}`) : text);
  return html`<ul class="quiet">${all.map((note) => html`<li>${text(note)}</li>`)}</ul>`;
}

/** What is known, in the order in which it is shown. */
export function facts(probe: Probe): [string, string][] {
  const { picture, fps } = probe;
  const all: [string, string | null | undefined][] = [
    ["firmware", titleOf(probe)],
    ["version", probe.version],
    ["sensor", probe.sensor],
    ["hostname", probe.hostname],
    ["mac", probe.mac],
    ["size", picture ? `${picture.width} × ${picture.height}` : null],
    ["fps", fps === null ? null : number(fps, 1)],
    ["sends", sendsOf(probe)],
    ["address", probe.url],
  ];
  return all.filter((fact): fact is [string, string] => Boolean(fact[1]));
}

/** The API's own word where this page has none yet. */
function titleOf({ firmware, title }: Probe): string {
  return hasWord("cameras", `firmware.${firmware}`) ? t(`firmware.${firmware}`) : title;
}

function sendsOf({ codec, sound, rtsp_transport }: Probe): string | null {
  if (rtsp_transport === null) return null;
  const name = { h264: "H.264", hevc: "H.265", mjpeg: "MJPEG" }[codec];
  return sound ? t("with_sound", { codec: name }) : name;
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-probe-card": ProbeCard;
  }
}
