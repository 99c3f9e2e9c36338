/** Everything that happened, newest first; new things come by themselves. What the address filters by: see `choice.ts`. */
import { mdiBellSleepOutline, mdiCheckAll, mdiFolderDownloadOutline, mdiStop } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { entries, markAllReviewed, markReviewed, type Entry, type Found } from "../../api/history.js";
import { Latest, tooLate } from "../../api/latest.js";
import "../../components/empty.js";
import { heading } from "../../components/heading.js";
import "../../components/icon.js";
import { inTurn } from "../../components/in-turn.js";
import { notify, notifyError } from "../../components/notify.js";
import { date, dateTime } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { loadPart } from "../../parts.js";
import { replace, type Place } from "../../router.js";
import { now_s, onEvent } from "../../state/gcam.js";
import { savedHere } from "../../state/saved-here.js";
import { session } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import { buttons } from "../../styles/buttons.js";
import { unseen } from "../../styles/unseen.js";
import { mayReview } from "../../state/unreviewed.js";
import { choiceIn, nothingFor, wantedBy, type Choice } from "./choice.js";
import "./event-filters.js";
import "./event-row.js";
import { Pace } from "./pace.js";
import { asReviewed, byDay, merged, stillNew, withNewest } from "./groups.js";

const t = words("events");
const PAGE = 50;
/** A screen's worth: the rest is rendered after it, some at a time. */
const AT_ONCE = 8;

@customElement("gcam-events-page")
export class EventsPage extends LitElement {
  static override styles = css`
    ${buttons}
    :host {
      max-width: 60rem;
    }
    header {
      display: flex;
      flex-wrap: wrap;
      gap: var(--wa-space-s);
      align-items: end;
      margin-block-end: var(--wa-space-m);
    }
    h1 {
      margin: 0;
      margin-inline-end: auto;
      font-size: var(--wa-font-size-xl);
    }
    /* phones: so that "Mark all as reviewed", which comes later, has room beside it and nothing jumps */
    @media (max-width: 30rem) {
      .words {
        ${unseen}
      }
    }
    .saved {
      display: flex;
      gap: var(--wa-space-xs);
      align-items: center;
      margin: 0;
      font-size: var(--wa-font-size-s);
    }
    gcam-event-filters {
      flex-basis: 100%;
    }
    h2 {
      position: sticky;
      top: calc(-1 * var(--gcam-page-gap));
      z-index: 1;
      margin: var(--wa-space-m) 0 var(--wa-space-s);
      padding-block: var(--wa-space-2xs);
      font-size: var(--wa-font-size-m);
      background: var(--wa-color-surface-default);
    }
    .unplaced {
      margin: 0;
      font-size: var(--wa-font-size-s);
      color: var(--wa-color-text-quiet);
    }
    .list {
      display: grid;
      gap: var(--wa-space-s);
    }
    .more {
      margin-block: var(--wa-space-m);
    }
  `;

  @property({ attribute: false }) place: Place | undefined;
  @state() private entries: readonly Entry[] = [];
  @state() private more = false;
  @state() private loaded = false;
  /** When the last event began of which nobody knows where it was; of a place alone. */
  @state() private unplaced_until: number | null = null;
  /** Of the entries, how many are rendered by now. */
  @state() private rendered = AT_ONCE;
  private readonly saved = new Follow(this, savedHere);
  private choice: Choice = {};
  private end: (() => void) | undefined;
  /** Of what is on the way for this filter; another filter gives it up. */
  private readonly asking = new Latest();
  private readonly news = new Pace(() => this.refresh());

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = onEvent(({ type }) => {
      if (type === "hello" || type === "history_changed") this.news.ask();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
    this.asking.end();
    this.news.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("place")) return;
    this.choice = choiceIn(this.place?.query ?? new URLSearchParams());
    this.asking.again();
    this.entries = [];
    this.rendered = AT_ONCE;
    this.loaded = false;
    this.unplaced_until = null;
    void this.older();
  }

  protected override render(): unknown {
    const none = nothingFor(this.choice);
    const fresh = mayReview() && this.entries.some(({ reviewed_at }) => reviewed_at === null);
    return html`<header>
        <h1 ${heading()}>${t("title")}</h1>
        ${fresh
          ? html`<button type="button" id="review-all" class="button small outlined" @click=${this.reviewAll}>
              <gcam-icon .path=${mdiCheckAll}></gcam-icon>${t("review_all")}
            </button>`
          : nothing}
        ${this.saving()}
        <gcam-event-filters .choice=${this.choice} @gcam-filter=${this.filter}></gcam-event-filters>
      </header>
      ${this.unplaced_until === null ? nothing : html`<p class="unplaced">${t("place.unknown_until", { when: dateTime(this.unplaced_until) })}</p>`}
      ${this.loaded && this.entries.length === 0
        ? html`<gcam-empty .icon=${mdiBellSleepOutline} .heading=${t(none)} .text=${t(`${none}_text`)}></gcam-empty>`
        : nothing}
      ${byDay(this.entries.slice(0, this.rendered), date).map(
        ({ day, entries }) =>
          html`<section aria-label=${day}>
            <h2>${day}</h2>
            <div class="list">
              ${repeat(
                entries,
                ({ id }) => id,
                (entry) =>
                  html`<gcam-event-row
                    .entry=${entry}
                    @gcam-review=${(event: CustomEvent<boolean>) => void this.review(entry, event.detail)}
                  ></gcam-event-row>`,
              )}
            </div>
          </section>`,
      )}
      ${this.more && this.rendered >= this.entries.length ? html`<div class="more"><button type="button" class="button" @click=${this.older}>${t("older")}</button></div>` : nothing}`;
  }

  protected override updated(): void {
    const { rendered, entries } = this;
    if (rendered < entries.length) inTurn(() => (this.rendered = Math.max(this.rendered, rendered + AT_ONCE)));
  }

  private saving(): unknown {
    const saved = this.saved.value;
    if (!saved) {
      return html`<button type="button" id="save-here" class="button small outlined" title=${t("save.hint")} @click=${this.saveHere}>
        <gcam-icon .path=${mdiFolderDownloadOutline}></gcam-icon><span class="words">${t("save.start")}</span>
      </button>`;
    }
    const { folder, count } = saved;
    return html`<p class="saved">
      ${folder === undefined ? t("save.downloads", { count }) : t("save.folder", { folder, count })}
      <button type="button" id="save-here" class="button small outlined" @click=${saved.stop}>
        <gcam-icon .path=${mdiStop}></gcam-icon>${t("save.stop")}
      </button>
    </p>`;
  }

  private readonly saveHere = async (): Promise<void> => {
    if (!(await loadPart(() => import("../../state/event-saver.js")))) return;
    const { saveHere } = await import("../../state/event-saver.js");
    await saveHere((why) => void notify({ text: t("save.failed", { why }), kind: "danger", duration_ms: 60_000 }));
  };

  private readonly filter = (event: CustomEvent<Choice>): void => replace("events", { ...event.detail });

  private async review({ id }: Entry, reviewed: boolean): Promise<void> {
    const answer = await markReviewed(id, reviewed);
    if (!answer.ok) { notifyError(answer.error); return; }
    this.entries = this.entries.map((entry) => (entry.id === id ? answer.value : entry));
  }

  /** All that fit, also those further down; but not what came while somebody looked. */
  private readonly reviewAll = async (): Promise<void> => {
    const up_to = this.entries[0]?.id;
    if (up_to === undefined) return;
    const answer = await markAllReviewed(wantedBy(this.choice, session.value.timezone), up_to);
    if (!answer.ok) { notifyError(answer.error); return; }
    this.entries = asReviewed(this.entries, up_to, now_s(), session.value.name);
  };

  /** Undefined where it failed, or is wanted no more. */
  private async page(older_than?: number): Promise<Found | undefined> {
    const { signal } = this.asking;
    const page = { limit: PAGE, older_than, onlyNew: this.choice.show === "new" };
    const answer = await entries(wantedBy(this.choice, session.value.timezone), page, signal);
    if (tooLate(signal)) return undefined;
    if (answer.ok) return answer.value;
    notifyError(answer.error);
    return undefined;
  }

  private async older(): Promise<void> {
    const found = await this.page(this.entries.at(-1)?.id);
    if (!found) return;
    this.loaded = true;
    this.unplaced_until = found.unplaced_until;
    this.entries = merged(found.entries, this.entries);
    this.more = found.entries.length === PAGE;
  }

  private async refresh(): Promise<void> {
    const newest = (await this.page())?.entries;
    if (!newest) return;
    const known = this.choice.show === "new" ? stillNew(newest, this.entries, PAGE) : this.entries;
    this.entries = withNewest(newest, known, PAGE);
    if (this.entries === newest) this.more = newest.length === PAGE;
  }
}
