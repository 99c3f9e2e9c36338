/** `<gcam-alarm-card>`: an alarm in full: what began it, with its picture, and what came then. */
import { mdiCctv, mdiPlay } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { urlOf } from "../../api/client.js";
import type { Cause, Guard } from "../../api/guard.js";
import { entries, type Entry } from "../../api/history.js";
import { Latest, tooLate } from "../../api/latest.js";
import { saidOf } from "../../components/alarm-cause.js";
import "../../components/icon.js";
import { time } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { hashOf } from "../../routes.js";
import { gcam, onEvent } from "../../state/gcam.js";
import { may } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import { buttons } from "../../styles/buttons.js";

const t = words("guard");
/** An event is told a moment after it began. */
const ABOUT_S = 1;
const MOST_SHOWN = 8;

@customElement("gcam-alarm-card")
export class AlarmCard extends LitElement {
  static override styles = [
    buttons,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-m);
      }
      h2,
      p,
      ol {
        margin: 0;
      }
      h2 {
        font-size: var(--wa-font-size-l);
      }
      img {
        width: 100%;
        max-height: 55vh;
        object-fit: contain;
        background: #000;
        border-radius: var(--wa-border-radius-l);
      }
      .first {
        font-size: var(--wa-font-size-l);
        font-weight: 600;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-xs);
      }
      ol {
        padding: 0;
        list-style: none;
      }
      li {
        padding-block: var(--wa-space-2xs);
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
    `,
  ];

  @property({ attribute: false }) alarm!: NonNullable<Guard["alarm"]>;
  @state() private entry: Entry | undefined;
  private readonly gcam = new Follow(this, gcam, ({ cameras }) => cameras);
  private readonly asking = new Latest();
  private endListening: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.endListening = onEvent(({ type }) => {
      if (type === "history_changed" && !this.entry?.clip_id) void this.load();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.endListening?.();
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("alarm") as AlarmCard["alarm"] | undefined;
    if (!changed.has("alarm") || before?.id === this.alarm.id) return;
    this.entry = undefined;
    void this.load();
  }

  protected override render(): unknown {
    const [first, ...later] = this.alarm.causes;
    if (!first) return nothing;
    const more = this.alarm.count - 1;
    return html`<h2>${t("alarm.since", { when: time(this.alarm.began_at) })}${this.alarm.ended_at === null ? "" : ` – ${time(this.alarm.ended_at)}`}</h2>
      <p class="first">${this.said(first)}</p>
      ${this.entry?.picture ? html`<img src=${urlOf(`/api/v1/history/${String(this.entry.id)}/picture.jpg`)} alt=${this.said(first)} />` : nothing}
      ${this.ways(first)}
      ${more > 0
        ? html`<h3>${t("alarm.more", { count: more })}</h3>
            <ol>
              ${later
                .slice(-MOST_SHOWN)
                .reverse()
                .map((cause) => html`<li>${time(cause.at)} · ${this.said(cause)}</li>`)}
            </ol>`
        : nothing}`;
  }

  private ways({ camera_id: camera }: Cause): unknown {
    const clip = this.entry?.clip_id;
    if (camera === null) return nothing;
    return html`<div class="buttons">
      <a class="button outlined" href=${hashOf("live/:camera", { camera })}><gcam-icon .path=${mdiCctv}></gcam-icon>${t("alarm.live")}</a>
      ${clip ? html`<a class="button outlined" href=${hashOf("playback", { clip })}><gcam-icon .path=${mdiPlay}></gcam-icon>${t("alarm.clip")}</a>` : nothing}
    </div>`;
  }

  private said(cause: Cause): string {
    return saidOf(cause, (camera) => this.gcam.value.cameras?.find(({ id }) => id === camera)?.name ?? camera);
  }

  private async load(): Promise<void> {
    const first = this.alarm.causes[0];
    if (first?.kind !== "motion" || first.camera_id === null || !may("playback")) return;
    const { signal } = this.asking.again();
    const wanted = { camera: first.camera_id, kind: "motion", before: first.at + ABOUT_S } as const;
    const answer = await entries(wanted, { limit: 1 }, signal);
    if (tooLate(signal) || !answer.ok) return;
    this.entry = answer.value.entries[0];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-alarm-card": AlarmCard;
  }
}
