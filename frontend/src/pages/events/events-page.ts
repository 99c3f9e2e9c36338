/** Everything that happened, newest first; new things come by themselves. `?camera=door&kind=motion` filters. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { mdiBellSleepOutline } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { api, ask } from "../../api/client.js";
import "../../components/empty.js";
import { notifyError } from "../../components/notify.js";
import { date } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { replace, type Place } from "../../router.js";
import { gcam, onEvent } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";
import "./event-row.js";
import { byDay, merged, withNewest, type Entry } from "./groups.js";

const t = words("events");
const PAGE = 50;
const KINDS = ["motion", "lost", "not_recording", "storage"] as const;
/** Gcam writes its history once a second. */
const NEWS_AFTER_MS = 1500;
const NEWS = new Set(["hello", "motion_started", "motion_ended", "clip_ready", "clip_removed", "recording_changed", "camera_changed"]);

@customElement("gcam-events-page")
export class EventsPage extends LitElement {
  static override styles = css`
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
    wa-select {
      min-width: 11rem;
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
  private readonly gcam = new Follow(this, gcam);
  private end: (() => void) | undefined;
  /** Of what is on the way for this filter; another filter gives it up. */
  private asking = new AbortController();
  private news: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = onEvent(({ type }) => {
      if (NEWS.has(type)) this.news ??= setTimeout(() => void this.refresh(), NEWS_AFTER_MS);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
    this.asking.abort();
    clearTimeout(this.news);
    this.news = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("place")) return;
    this.asking.abort();
    this.asking = new AbortController();
    this.entries = [];
    this.loaded = false;
    void this.older();
  }

  protected override render(): unknown {
    return html`<header>
        <h1>${t("title")}</h1>
        ${this.choice("camera", t("camera"), this.cameras())} ${this.choice("kind", t("kind"), this.kinds())}
      </header>
      ${this.loaded && this.entries.length === 0
        ? html`<gcam-empty .icon=${mdiBellSleepOutline} .heading=${t("nothing")} .text=${t("nothing_text")}></gcam-empty>`
        : nothing}
      ${byDay(this.entries).map(
        ({ day, entries }) =>
          html`<section aria-label=${date(day)}>
            <h2>${date(day)}</h2>
            <div class="list">
              ${repeat(
                entries,
                ({ id }) => id,
                (entry) => html`<gcam-event-row .entry=${entry}></gcam-event-row>`,
              )}
            </div>
          </section>`,
      )}
      ${this.more ? html`<div class="more"><wa-button @click=${this.older}>${t("older")}</wa-button></div>` : nothing}`;
  }

  private choice(name: "camera" | "kind", label: string, options: readonly (readonly [string, string])[]): unknown {
    return html`<wa-select
      size="s"
      label=${label}
      value=${this.wanted(name) ?? ""}
      @change=${(event: Event) => this.filter(name, (event.target as HTMLElement & { value: string }).value)}
    >
      <wa-option value="">${t("all")}</wa-option>
      ${options.map(([value, text]) => html`<wa-option value=${value}>${text}</wa-option>`)}
    </wa-select>`;
  }

  private cameras(): readonly (readonly [string, string])[] {
    return (this.gcam.value.cameras ?? []).map(({ id, name }) => [id, name] as const);
  }

  private kinds(): readonly (readonly [string, string])[] {
    return KINDS.map((kind) => [kind, t(`kinds.${kind}`)] as const);
  }

  private wanted(name: "camera" | "kind"): string | undefined {
    return this.place?.query.get(name) ?? undefined;
  }

  private filter(name: "camera" | "kind", value: string): void {
    const now = { camera: this.wanted("camera"), kind: this.wanted("kind"), [name]: value || undefined };
    replace(["events"], now);
  }

  /** Undefined where it failed, or is wanted no more. */
  private async page(older_than?: number): Promise<readonly Entry[] | undefined> {
    const { signal } = this.asking;
    const [camera, kind] = [this.wanted("camera"), KINDS.find((known) => known === this.wanted("kind"))];
    const query = {
      limit: PAGE,
      ...(camera ? { camera: [camera] } : {}),
      ...(kind ? { kind: [kind] } : {}),
      ...(older_than === undefined ? {} : { older_than }),
    };
    const answer = await ask(api.GET("/api/v1/history", { params: { query }, signal }));
    if (signal.aborted) return undefined;
    if (answer.ok) return answer.value.entries;
    notifyError(answer.error);
    return undefined;
  }

  private async older(): Promise<void> {
    const entries = await this.page(this.entries.at(-1)?.id);
    if (!entries) return;
    this.loaded = true;
    this.entries = merged(entries, this.entries);
    this.more = entries.length === PAGE;
  }

  private async refresh(): Promise<void> {
    this.news = undefined;
    const entries = await this.page();
    if (!entries) return;
    this.entries = withNewest(entries, this.entries, PAGE);
    if (this.entries === entries) this.more = entries.length === PAGE;
  }
}
