/** The disk: what fills it, how fast, and how long recordings will last. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { bytes, percent, relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { lasting, outlookOf, sharesOf, type Disk } from "./disk-words.js";
import { systemStyles } from "./system.styles.js";
import { hashOf } from "../../routes.js";

const t = words("system");
const KINDS = ["recordings", "others", "free"] as const;

@customElement("gcam-disk")
export class DiskCard extends LitElement {
  static override styles = [
    systemStyles,
    css`
      .bar {
        display: flex;
        gap: 2px;
        height: 0.9rem;
        border-radius: var(--wa-border-radius-m);
        overflow: hidden;
        background: var(--wa-color-surface-lowered);
      }
      .recordings {
        --colour: var(--wa-color-brand-60);
      }
      .others {
        --colour: var(--gcam-disabled);
      }
      .free {
        --colour: var(--wa-color-surface-border);
      }
      .bar > *,
      .dot {
        background: var(--colour);
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-2xs) var(--wa-space-m);
      }
      .dot {
        display: inline-block;
        width: 0.7em;
        height: 0.7em;
        border-radius: 50%;
        border: 1px solid var(--wa-color-text-quiet);
      }
    `,
  ];

  @property({ attribute: false }) disk!: Disk;
  /** Gcam's time. */
  @property({ type: Number }) now = 0;

  protected override render(): unknown {
    const { disk } = this;
    const shares = sharesOf(disk);
    const sizes = {
      recordings: disk.clips_bytes,
      others: Math.max(0, disk.total_bytes - disk.free_bytes - disk.clips_bytes),
      free: disk.free_bytes,
    };
    return html`<section aria-labelledby="disk">
      <h2 id="disk">${t("disk")}</h2>
      <div class="bar" aria-hidden="true">
        ${KINDS.map((kind) => html`<div class=${kind} style=${styleMap({ width: `${shares[kind]}%` })}></div>`)}
      </div>
      <div class="legend">
        ${KINDS.map(
          (kind) =>
            html`<span
              ><span class="dot ${kind}"></span> ${t(`kinds.${kind}`)} ${bytes(sizes[kind])}
              <small>${percent(shares[kind])}</small></span
            >`,
        )}
      </div>
      <p>${outlook(disk)}</p>
      ${this.pace()}
      <a href=${hashOf("storage")}>${t("to_storage")}</a>
    </section>`;
  }

  private pace(): unknown {
    const found = this.disk.forecast;
    if (!found || found.oldest_at === null) return nothing;
    const pace = found.bytes_per_day === null ? "" : t("pace", { size: bytes(found.bytes_per_day) });
    return html`<small>${pace} ${t("oldest", { when: relative(found.oldest_at, this.now) })}</small>`;
  }
}

function outlook(disk: Disk): string {
  const found = outlookOf(disk);
  if (!("days" in found)) return t(`outlook.${found.key}`);
  const until = "until" in found ? inWords(found.until) : "";
  return t(`outlook.${found.key}`, { days: inWords(found.days), until });
}

/** “12 days”, “9 heures”. */
function inWords(days: number): string {
  const { value, unit } = lasting(days);
  return t(`span.${unit}`, { count: value });
}
