/** `<gcam-camera-facts>`: what is known of a camera now. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { bytes, dateTime, number } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import type { CameraState } from "../../state/gcam.js";
import { notRecordingBecause, reasonOf } from "./status.js";

const t = words("live");
type Hd = NonNullable<CameraState["hd"]>;

/** The second address: its picture where it is recorded, else why it is not. */
function hdOf({ recorded, sd_reason, sd_reason_said, size, fps }: Hd): string {
  if (!recorded) return sentence(sd_reason_said, sd_reason ?? "");
  if (!size) return t("status.connecting");
  const picture = `${size.width} × ${size.height}`;
  return fps ? `${picture} · ${t("fps", { fps: number(fps, 1) })}` : picture;
}

@customElement("gcam-camera-facts")
export class CameraFacts extends LitElement {
  static override styles = css`
    dl {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr);
      gap: var(--wa-space-3xs) var(--wa-space-m);
      margin: 0;
      font-size: var(--wa-font-size-s);
    }
    dt {
      color: var(--wa-color-text-quiet);
    }
    dd {
      margin: 0;
      overflow-wrap: anywhere;
    }
  `;

  @property({ attribute: false }) state!: CameraState;

  protected override render(): unknown {
    const { state } = this;
    const lost = Object.values(state.dropped).reduce((sum, count) => sum + count, 0);
    const facts: [string, string][] = [
      ["detects", reasonOf(state)],
      ["records", notRecordingBecause(state) || t(state.recording ? "recording" : "ready")],
      ["score", t("of", { score: number(state.score, 1), threshold: number(state.threshold, 1) })],
      ["since", dateTime(state.since)],
      ["speed", t("fps", { fps: number(state.fps, 1) })],
      ["size", state.size ? `${state.size.width} × ${state.size.height}` : ""],
      ["hd", state.hd ? hdOf(state.hd) : ""],
      ["per_picture", state.bytes_per_frame ? bytes(state.bytes_per_frame) : ""],
      ["reconnects", number(state.reconnects)],
      ["dropped", number(lost)],
    ];
    return html`<dl>
      ${facts.map(([name, text]) => (text ? html`<dt>${t(`facts.${name}`)}</dt><dd>${text}</dd>` : nothing))}
    </dl>`;
  }
}
