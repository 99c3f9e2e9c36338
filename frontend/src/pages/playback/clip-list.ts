/**
 * The day's recordings by hour, newest hour first: what the timeline shows, for everyone. Hours out of sight are not
 * rendered, so that thousands cost nothing. `gcam-open` with the recording; `gcam-choose` with the chosen ids.
 */
import { mdiLock } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";
import { thumbnailUrl, type Clip } from "../../api/recordings.js";
import "../../components/icon.js";
import "../../components/thing-picture.js";
import { WHAT_ICONS, whatWords } from "../../components/what.js";
import { InTurn } from "../../components/in-turn.js";
import { duration, percent, timeFormat } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { clipListStyles } from "./clip-list.styles.js";
import { hoursOf, type Hour } from "./hours.js";

const t = words("playback");

@customElement("gcam-clip-list")
export class GcamClipList extends InTurn(LitElement) {
  static override styles = clipListStyles;

  @property({ attribute: false }) clips: readonly Clip[] = [];
  @property() zone = "UTC";
  @property() playing = "";
  @property({ type: Boolean }) choosing = false;
  @property({ attribute: false }) chosen: ReadonlySet<string> = new Set();
  @state() private inSight: ReadonlySet<number> = new Set();
  private readonly sight = new IntersectionObserver((entries) => this.saw(entries), { rootMargin: "600px" });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sight.disconnect();
    this.inSight = new Set();
  }

  protected override render(): unknown {
    const columns = Math.max(2, Math.floor((this.clientWidth || 800) / 168));
    return repeat(
      hoursOf(this.clips, this.zone),
      ({ start }) => start,
      (hour) => this.hour(hour, columns),
    );
  }

  protected override updated(): void {
    for (const section of this.renderRoot.querySelectorAll("section")) this.sight.observe(section);
  }

  private hour(hour: Hour, columns: number): unknown {
    const format = timeFormat({ timeZone: this.zone, timeStyle: "short" });
    const height = `${Math.ceil(hour.clips.length / columns) * 168}px`;
    const seen = this.inSight.has(hour.start);
    return html`<section data-start=${hour.start} aria-label=${format.format(hour.start * 1000)}>
      <h2>${format.format(hour.start * 1000)} <small>${t("recordings", { count: hour.clips.length })}</small></h2>
      <ul style=${styleMap(seen ? {} : { height })}>
        ${seen
          ? repeat(
              hour.clips,
              ({ id }) => id,
              (clip) => html`<li>${this.tile(clip)}</li>`,
            )
          : ""}
      </ul>
    </section>`;
  }

  private tile(clip: Clip): unknown {
    const time = timeFormat({ timeZone: this.zone, timeStyle: "medium" }).format(clip.started_at * 1000);
    const chosen = this.chosen.has(clip.id);
    const what = whatWords(clip.what);
    const facts = [what || t(`kind.${clip.kind}`), clip.kind === "motion" && !what ? percent(clip.peak, 1) : "", ...clip.zones].filter(Boolean);
    const detail = clip.kind === "motion" && what ? percent(clip.peak, 1) : "";
    return html`<button type="button" class=${classMap({ tile: true, chosen })}
      aria-current=${clip.id === this.playing ? "true" : "false"}
      aria-pressed=${this.choosing ? (chosen ? "true" : "false") : nothing} @click=${(event: MouseEvent) => this.press(clip, event)}>
      <span class="picture">
        ${clip.thumbnail ? html`<gcam-thing-picture lazy src=${thumbnailUrl(clip)} .named=${clip.named}></gcam-thing-picture>` : ""}
        <span class="length">${duration(clip.duration_s)}</span>
        ${clip.protected ? html`<gcam-icon class="mark" role="img" aria-label=${t("protected")} .path=${mdiLock}></gcam-icon>` : ""}
      </span>
      <span class="when">${time}<b>${clip.camera_name}</b></span>
      <span class="facts" title=${detail || nothing}>
        ${(clip.what ?? []).map((one) => html`<gcam-icon class=${one} .path=${WHAT_ICONS[one]}></gcam-icon>`)} ${facts.join(" · ")}
      </span>
    </button>`;
  }

  private press(clip: Clip, event: MouseEvent): void {
    if (!this.choosing && !event.ctrlKey && !event.metaKey) {
      this.dispatchEvent(new CustomEvent("gcam-open", { detail: clip }));
      return;
    }
    const chosen = new Set(this.chosen);
    if (!chosen.delete(clip.id)) chosen.add(clip.id);
    this.dispatchEvent(new CustomEvent("gcam-choose", { detail: chosen }));
  }

  private saw(entries: readonly IntersectionObserverEntry[]): void {
    const inSight = new Set(this.inSight);
    for (const { target, isIntersecting } of entries) {
      const start = Number((target as HTMLElement).dataset["start"]);
      if (isIntersecting) inSight.add(start);
      else inSight.delete(start);
    }
    this.inSight = inSight;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-clip-list": GcamClipList;
  }
}
