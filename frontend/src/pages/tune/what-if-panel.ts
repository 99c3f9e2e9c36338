/** `<gcam-what-if-panel>`: which events the draft would have made of the last day's recordings, before it is saved. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js";
import { mdiHistory } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { api, ask, urlOf, type Schemas } from "../../api/client.js";
import { notifyError } from "../../components/notify.js";
import { WHAT_ICONS, whatWord, whatWords } from "../../components/what.js";
import { date, duration, time } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { beside } from "../../state/session.js";
import "../../components/icon.js";
import type { Changes } from "./draft.js";
import { fateOf, sortedByFate, talliedByKind, tally } from "./fates.js";
import { hashOf } from "../../routes.js";

const t = words("tune");
const POLL_MS = 500;

@customElement("gcam-what-if-panel")
export class WhatIfPanel extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      gap: var(--wa-space-s);
    }
    p {
      margin: 0;
    }
    .quiet {
      color: var(--wa-color-text-quiet);
      font-size: var(--wa-font-size-s);
    }
    .row {
      display: flex;
      flex-wrap: wrap;
      gap: var(--wa-space-xs);
      align-items: center;
    }
    wa-progress-bar {
      flex: 1 1 10rem;
    }
    ul {
      list-style: none;
      margin: 0;
      padding: 0;
      display: grid;
      gap: var(--wa-space-xs);
      max-height: 28rem;
      overflow-y: auto;
    }
    li {
      display: grid;
      grid-template-columns: 6rem minmax(0, 1fr);
      gap: var(--wa-space-s);
      align-items: center;
    }
    .fate {
      padding: 0 var(--wa-space-xs);
      border-radius: var(--wa-border-radius-pill);
      font-size: var(--wa-font-size-s);
      background: var(--wa-color-neutral-fill-quiet);
      color: var(--wa-color-neutral-on-quiet);
    }
    .fate.goes {
      background: var(--wa-color-warning-fill-quiet);
      color: var(--wa-color-warning-on-quiet);
    }
    .fate.comes {
      background: var(--wa-color-success-fill-quiet);
      color: var(--wa-color-success-on-quiet);
    }
    table {
      width: 100%;
      border-collapse: collapse;
      font-size: var(--wa-font-size-s);
    }
    th,
    td {
      padding: var(--wa-space-2xs) var(--wa-space-xs);
      text-align: end;
      font-weight: normal;
      font-variant-numeric: tabular-nums;
      border-block-end: 1px solid var(--wa-color-surface-border);
    }
    th:first-child {
      padding-inline-start: 0;
      text-align: start;
    }
    [scope="col"] {
      color: var(--wa-color-text-quiet);
    }
    .differs td:last-child {
      font-weight: 600;
    }
    .why {
      font-size: var(--wa-font-size-s);
      overflow-wrap: anywhere;
    }
    img {
      display: block;
      width: 6rem;
      aspect-ratio: 4 / 3;
      object-fit: cover;
      border-radius: var(--wa-border-radius-s);
      background: var(--wa-color-surface-lowered);
    }
  `;

  @property() camera = "";
  /** What would be saved; undefined while nothing differs. */
  @property({ attribute: false }) changes: Changes | undefined;
  @state() private answer: Schemas["WhatIf"] | undefined;
  @state() private asked: Changes | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    if (this.answer?.status === "running") void this.cancel();
  }

  protected override render(): unknown {
    const { answer } = this;
    const running = answer?.status === "running";
    return html`
      <p class="quiet">${t("what_if_text")}</p>
      <div class="row">
        <wa-button size="s" ?disabled=${!this.changes || running} @click=${this.begin}>
          <gcam-icon slot="start" .path=${mdiHistory}></gcam-icon>${t("what_if")}
        </wa-button>
        ${answer && running ? this.progress(answer) : nothing}
      </div>
      <div role="status">${answer && !running ? this.summary(answer) : nothing}</div>
      ${answer && answer.events.length > 0 ? this.kinds(answer) : nothing}
      ${answer && answer.events.length > 0 ? this.list(answer) : nothing}
    `;
  }

  private progress({ clips, clips_done }: Schemas["WhatIf"]): unknown {
    return html`<wa-progress-bar label=${t("looking")} value=${clips > 0 ? (100 * clips_done) / clips : 0}></wa-progress-bar>
      <wa-button size="s" appearance="plain" @click=${this.cancel}>${t("stop")}</wa-button>`;
  }

  private summary(answer: Schemas["WhatIf"]): unknown {
    if (answer.status === "failed") return html`<p>${t("what_if_failed")}</p>`;
    if (answer.clips === 0) return html`<p>${t("no_recordings")}</p>`;
    const { comes, goes, stays, unknown } = tally(answer.events);
    return html`<p>
        ${answer.status === "cancelled" ? t("stopped") : ""} ${t("result", { comes, goes, stays })}
        ${unknown > 0 ? t("result_unknown", { count: unknown }) : ""}
      </p>
      <p class="quiet">
        ${t("looked_at", { film: duration(answer.film_s), count: answer.clips_done })}
        ${answer.is_shortened ? t("shortened") : ""} ${answer.unreadable > 0 ? t("unreadable", { count: answer.unreadable }) : ""}
        ${this.asked !== this.changes ? t("outdated") : ""}
      </p>`;
  }

  private kinds({ events }: Schemas["WhatIf"]): unknown {
    const kinds = talliedByKind(events);
    if (kinds.length === 0) return nothing;
    return html`<table>
      <tr><th scope="col">${t("kind")}</th><th scope="col">${t("kind_now")}</th><th scope="col">${t("kind_then")}</th></tr>
      ${kinds.map(
        ({ what, now, then }) =>
          html`<tr class=${now === then ? "" : "differs"}>
            <th scope="row">${what ? html`<gcam-icon .path=${WHAT_ICONS[what]}></gcam-icon> ${whatWord(what)}` : t("not_looked_at")}</th>
            <td>${now}</td>
            <td>${then}</td>
          </tr>`,
      )}
    </table>`;
  }

  private list(answer: Schemas["WhatIf"]): unknown {
    return html`<ul tabindex="0" aria-label=${t("what_if_events")}>
      ${repeat(
        sortedByFate(answer.events),
        (event) => `${event.clip_id} ${event.started_at}`,
        (event) => this.row(event),
      )}
    </ul>`;
  }

  private row(event: Schemas["ReplayedEvent"]): unknown {
    const fate = fateOf(event);
    const what = whatWords(event.now ? event.what_now : event.what_then);
    const length = duration(event.ended_at - event.started_at);
    return html`<li>
      <a href=${hashOf("playback", { clip: event.clip_id, at: event.started_at })} target=${beside()} rel="noopener"
        aria-label=${t("play", { time: time(event.started_at) })}>
        <img loading="lazy" alt="" src=${urlOf(`/api/v1/clips/${encodeURIComponent(event.clip_id)}/thumbnail.jpg`)} />
      </a>
      <div>
        <span class="fate ${fate}">${t(`fates.${fate}`)}</span> ${what}
        ${event.why ? html`<div class="why">${sentence(event.why_said, event.why)}</div>` : nothing}
        <div>${time(event.started_at)}${fate === "unknown" ? "" : ` · ${length}`}</div>
        <div class="quiet">${date(event.started_at)}${event.zones.length > 0 ? ` · ${event.zones.join(", ")}` : ""}</div>
      </div>
    </li>`;
  }

  private async begin(): Promise<void> {
    const { camera, changes } = this;
    if (!changes) return;
    const answer = await ask(
      api.POST("/api/v1/cameras/{id}/what-if", { params: { path: { id: camera } }, body: { changes } }),
    );
    if (!answer.ok) {
      notifyError(answer.error);
      return;
    }
    this.asked = changes;
    this.answer = answer.value;
    this.poll();
  }

  private poll(): void {
    this.timer = setTimeout(() => void this.look(), POLL_MS);
  }

  private async look(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/cameras/{id}/what-if", { params: { path: { id: this.camera } } }));
    if (!this.isConnected) return;
    if (answer.ok) this.answer = answer.value;
    else if (answer.error.status !== 0) {
      this.answer = undefined;
      notifyError(answer.error);
      return;
    }
    if (this.answer?.status === "running") this.poll();
  }

  private async cancel(): Promise<void> {
    clearTimeout(this.timer);
    await ask(api.DELETE("/api/v1/cameras/{id}/what-if", { params: { path: { id: this.camera } } }));
    if (this.isConnected) await this.look();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-what-if-panel": WhatIfPanel;
  }
}
