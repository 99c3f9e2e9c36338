/**
 * `<gcam-event-row>`: one thing that happened: picture, what, why, how long, and its recording or why there is none.
 * Its words are there at once, to be found and read aloud; picture and buttons when it comes near the screen.
 */
import { mdiBellRingOutline, mdiCheck, mdiHarddisk, mdiLanDisconnect, mdiPlay, mdiRecordRec, mdiRun } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { urlOf } from "../../api/client.js";
import "../../components/icon.js";
import { whenNear } from "../../components/in-sight.js";
import "../../components/thing-picture.js";
import { WHAT_ICONS, whatWord, whatWords } from "../../components/what.js";
import { share } from "../../i18n/causes.js";
import { dateTime, duration, percent, time } from "../../i18n/format.js";
import { hasWord, words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import type { Entry, Kind } from "../../api/history.js";
import { now_s } from "../../state/gcam.js";
import { mayReview } from "../../state/unreviewed.js";
import { buttons } from "../../styles/buttons.js";
import { lasted } from "./groups.js";
import { hashOf } from "../../routes.js";

const t = words("events");
const causes = words("causes");
const MAKING_S = 120;
const ICONS: Record<Kind, string> = {
  motion: mdiRun,
  lost: mdiLanDisconnect,
  not_recording: mdiRecordRec,
  storage: mdiHarddisk,
};

@customElement("gcam-event-row")
export class EventRow extends LitElement {
  static override styles = css`
    ${buttons}
    :host {
      display: grid;
      grid-template-columns: 7.5rem minmax(0, 1fr) auto;
      gap: var(--wa-space-m);
      align-items: center;
      padding: var(--wa-space-xs);
      border: 1px solid var(--wa-color-surface-border);
      border-radius: var(--wa-border-radius-l);
      background: var(--wa-color-surface-raised);
    }
    :host([kind="lost"]),
    :host([kind="not_recording"]),
    :host([kind="storage"]) {
      border-inline-start: 4px solid var(--gcam-lost);
    }
    .picture {
      display: grid;
      place-items: center;
      aspect-ratio: 4 / 3;
      border-radius: var(--wa-border-radius-m);
      overflow: hidden;
      background: var(--wa-color-surface-lowered);
      color: var(--wa-color-text-quiet);
      font-size: 1.6rem;
    }
    .what {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0 0.4em;
    }
    .detail {
      font-size: var(--wa-font-size-s);
      color: var(--wa-color-text-quiet);
    }
    h3,
    p {
      margin: 0;
    }
    h3 {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--wa-space-s);
      font-size: var(--wa-font-size-m);
    }
    .new {
      align-self: center;
      padding: 0.1em 0.5em;
      border-radius: 1em;
      background: var(--wa-color-brand-fill-loud);
      color: var(--wa-color-brand-on-loud);
      font-size: var(--wa-font-size-xs);
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      min-height: 2.25rem;
      gap: var(--wa-space-xs);
      justify-content: end;
    }
    .quiet {
      font-weight: 400;
      color: var(--wa-color-text-quiet);
    }
    .unfilmed {
      color: var(--gcam-lost);
      font-size: var(--wa-font-size-s);
    }
    @media (max-width: 700px) {
      :host {
        grid-template-columns: 6rem minmax(0, 1fr);
      }
      .actions {
        grid-column: 2;
        justify-content: start;
      }
    }
  `;

  @property({ attribute: false }) entry!: Entry;
  @property({ reflect: true }) kind = "";
  @state() private near = false;
  private endWaiting: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.near) this.endWaiting = whenNear(this, () => (this.near = true));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.endWaiting?.();
  }

  override willUpdate(): void {
    this.kind = this.entry.kind;
  }

  protected override render(): unknown {
    const { entry } = this;
    return html`<div class="picture">
        ${this.near ? this.picture() : nothing}
      </div>
      <div>
        <h3>
          ${entry.camera_name || "Gcam"} ${mayReview() && entry.reviewed_at === null ? html`<span class="new">${t("new")}</span>` : nothing}
          <span class="quiet">${time(entry.started_at)} · ${howLong(entry)}</span>
        </h3>
        ${entry.what ? this.moved(entry) : html`<p>${whatOf(entry)}</p>`}
        ${entry.kind === "motion" && entry.clip_id === null ? html`<p class=${making(entry) ? "quiet" : "unfilmed"}>${unfilmedBecause(entry)}</p>` : nothing}
      </div>
      <div class="actions">
        ${this.near ? this.buttons() : nothing}
      </div>`;
  }

  private picture(): unknown {
    const { id, kind, picture } = this.entry;
    if (!picture) return html`<gcam-icon .path=${ICONS[kind]}></gcam-icon>`;
    return html`<gcam-thing-picture src=${urlOf(`/api/v1/history/${id}/picture.jpg`)} .named=${this.entry.named}></gcam-thing-picture>`;
  }

  /** What it was, in place of how much; that stays as a detail. */
  private moved(entry: Entry): unknown {
    const zones = entry.zones.join(", ");
    const what = whatWords(entry.what);
    return html`<p class="what">
        ${(entry.what ?? []).map((one) => html`<gcam-icon .path=${WHAT_ICONS[one]}></gcam-icon>`)} ${zones ? t("what_in", { what, zones }) : what}
      </p>
      <p class="detail">${[causes("motion", { score: share(entry.score) }), ...surely(entry)].join(" · ")}</p>`;
  }

  private buttons(): unknown {
    const { clip_id } = this.entry;
    return html`${mayReview() ? this.mark() : nothing}
      ${clip_id !== null
        ? html`<a class="button small outlined" href=${hashOf("playback", { clip: clip_id })}><gcam-icon .path=${mdiPlay}></gcam-icon>${t("play")}</a>`
        : nothing}`;
  }

  private mark(): unknown {
    const { reviewed_at, reviewed_by } = this.entry;
    const label = reviewed_at === null ? t("review") : t("unreview");
    const title = reviewed_at === null || !reviewed_by ? label : `${t("reviewed_by", { who: reviewed_by, when: dateTime(reviewed_at) })} – ${label}`;
    return html`<button
      type="button"
      class="mark button small plain"
      title=${title}
      aria-label=${label}
      @click=${() => this.dispatchEvent(new CustomEvent("gcam-review", { detail: reviewed_at === null }))}
    >
      <gcam-icon .path=${reviewed_at === null ? mdiCheck : mdiBellRingOutline}></gcam-icon>
    </button>`;
  }
}

function howLong(entry: Entry): string {
  const long = entry.ended_at === null ? t("lasts") : duration(lasted(entry, now_s()));
  return entry.times > 1 ? `${long} · ${t("times", { count: entry.times })}` : long;
}

function whatOf(entry: Entry): string {
  if (entry.kind === "motion") {
    const zones = entry.zones.join(", ");
    return causes(zones ? "motion_in" : "motion", { score: share(entry.score), zones });
  }
  const key = `${entry.kind}.${entry.code ?? ""}`;
  return hasWord("events", key) ? t(key) : sentence(entry.reason_said, entry.reason);
}

/** While it lasts and shortly after, its recording is being made. */
function making({ code, ended_at }: Entry): boolean {
  return code === null && (ended_at === null || now_s() - ended_at < MAKING_S);
}

/** How sure that is, of what has a name. */
function surely({ named }: Entry): string[] {
  const known = named.filter(({ kind }) => kind !== "unnamed");
  return known.map(({ kind, score }) => `${whatWord(kind)} ${percent(score)}`);
}

function unfilmedBecause(entry: Entry): string {
  const { code, reason } = entry;
  if (code === "unwanted") return t("unfilmed.unwanted", { what: whatWords(entry.what) });
  if (code === null) return t(making(entry) ? "unfilmed.making" : "unfilmed.none");
  if (code === "clip_removed") return t("unfilmed.clip_removed", { why: reason });
  if (hasWord("causes", `no_recording.${code}`)) return causes(`no_recording.${code}`);
  return hasWord("events", `unfilmed.${code}`) ? t(`unfilmed.${code}`) : t("unfilmed.none");
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-event-row": EventRow;
  }
}
