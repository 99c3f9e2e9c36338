/** Choosing a day: arrows, today, and a month in which days with recordings are marked. `gcam-day` with the key. */
import type WaPopover from "@awesome.me/webawesome/dist/components/popover/popover.js";
import { mdiCalendar, mdiChevronLeft, mdiChevronRight } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Latest, tooLate } from "../../api/latest.js";
import { daysBetween } from "../../api/recordings.js";
import "../../components/icon.js";
import { iconButton } from "../../components/icon-button.js";
import { openFirst } from "../../components/popover.js";
import { firstWeekday, timeFormat } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { buttons } from "../../styles/buttons.js";
import { dayOfKey, monthKeys, shifted, shiftedMonth } from "./days.js";

const t = words("playback");
const KEY_STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

@customElement("gcam-day-picker")
export class GcamDayPicker extends LitElement {
  static override styles = css`
    ${buttons}
    :host,
    .line {
      display: flex;
      align-items: center;
    }
    :host {
      flex-wrap: wrap;
    }
    #open {
      flex: 0 1 auto;
      min-width: 0;
    }
    @media (max-width: 24.5rem) {
      .line .button {
        --wa-form-control-padding-inline: 0.45em;
        white-space: normal;
      }
    }
    .month {
      display: flex;
      align-items: center;
      justify-content: space-between;
      font-weight: 600;
    }
    .days {
      display: grid;
      grid-template-columns: repeat(7, 2.4rem);
      gap: 2px;
      text-align: center;
    }
    .days span {
      color: var(--wa-color-text-quiet);
      font-size: var(--wa-font-size-s);
    }
    .days button {
      position: relative;
      height: 2.4rem;
      border: 0;
      border-radius: var(--wa-border-radius-m);
      background: none;
      color: inherit;
      font: inherit;
      cursor: pointer;
    }
    .days button:hover:not(:disabled) {
      background: var(--wa-color-neutral-fill-quiet);
    }
    .days button:disabled {
      opacity: 0.35;
      cursor: default;
    }
    .days button.other {
      opacity: 0.55;
    }
    .days button[aria-pressed="true"] {
      background: var(--wa-color-brand-fill-loud);
      color: var(--wa-color-brand-on-loud);
    }
    .days button.today {
      font-weight: 700;
      text-decoration: underline;
    }
    .days button.marked::after {
      content: "";
      position: absolute;
      left: calc(50% - 3px);
      bottom: 3px;
      width: 6px;
      height: 6px;
      border-radius: 50%;
      background: var(--gcam-motion);
    }
  `;

  /** Empty where every day will do: see `optional`. */
  @property() day = "";
  /** Offers all days too: `gcam-day` with an empty key. */
  @property({ type: Boolean }) optional = false;
  /** Which days between the two moments to mark, and what is said of them. */
  @property({ attribute: false }) marks: (start: number, end: number) => Promise<ReadonlySet<string>> = daysBetween;
  @property({ attribute: "marked-text" }) marked_text = "has_recordings";
  @property() today = "";
  @property() zone = "UTC";
  @state() private wanted = false;
  @state() private month = "";
  @state() private marked: ReadonlySet<string> = new Set();
  private readonly asking = new Latest();
  @query("wa-popover") private calendarBox!: WaPopover | null;

  protected override render(): unknown {
    const day = this.day || this.today;
    const isToday = day === this.today;
    const more = isToday ? {} : ({ weekday: "short", year: "numeric" } as const);
    const format = timeFormat({ timeZone: "UTC", day: "numeric", month: "short", ...more });
    const date = format.format(Date.parse(day));
    const text = this.day === "" ? t("any_day") : isToday ? t("today_is", { day: date }) : date;
    return html`<div class="line">
      ${iconButton({ label: t("day_before"), icon: mdiChevronLeft, run: () => this.choose(shifted(day, -1)) })}
      <button type="button" id="open" class="button outlined" aria-haspopup="dialog" @click=${this.openFirst}><gcam-icon .path=${mdiCalendar}></gcam-icon>${text}</button>
      ${iconButton({ label: t("day_after"), icon: mdiChevronRight, run: () => this.choose(shifted(day, 1)), disabled: day >= this.today })}</div>
      ${this.day === this.today ? "" : this.other("today", this.today)} ${this.optional && this.day ? this.other("any_day", "") : ""}
      ${this.wanted
        ? html`<wa-popover for="open" placement="bottom" aria-label=${t("choose_day")} @wa-show=${this.opened}>${this.month ? this.calendar() : ""}</wa-popover>`
        : ""}`;
  }

  private readonly openFirst = async (): Promise<void> => {
    if (!this.wanted) await openFirst(this, () => Promise.resolve(), () => (this.wanted = true));
  };

  private other(name: string, day: string): unknown {
    return html`<button type="button" class="button plain" @click=${() => this.choose(day)}>${t(name)}</button>`;
  }

  private calendar(): unknown {
    const title = timeFormat({ timeZone: "UTC", month: "long", year: "numeric" }).format(Date.parse(`${this.month}-01`));
    const weekday = timeFormat({ timeZone: "UTC", weekday: "short" });
    const keys = monthKeys(this.month, firstWeekday());
    return html`<div class="month">
        ${iconButton({ label: t("month_before"), icon: mdiChevronLeft, run: () => this.show(shiftedMonth(this.month, -1)) })}
        <span aria-live="polite">${title}</span>
        ${iconButton({ label: t("month_after"), icon: mdiChevronRight, run: () => this.show(shiftedMonth(this.month, 1)) })}
      </div>
      <div class="days" @keydown=${this.keyed}>
        ${keys.slice(0, 7).map((key) => html`<span aria-hidden="true">${weekday.format(Date.parse(key))}</span>`)}
        ${keys.map((key) => this.cell(key))}
      </div>`;
  }

  private cell(key: string): unknown {
    const full = timeFormat({ timeZone: "UTC", dateStyle: "full" }).format(Date.parse(key));
    const isMarked = this.marked.has(key);
    const classes = [key.startsWith(this.month) ? "" : "other", key === this.today ? "today" : "", isMarked ? "marked" : ""];
    return html`<button type="button" data-key=${key} class=${classes.join(" ")} ?disabled=${key > this.today} tabindex=${key === (this.day || this.today) ? 0 : -1}
      aria-label=${isMarked ? `${full}, ${t(this.marked_text)}` : full} aria-pressed=${key === this.day ? "true" : "false"}
      @click=${() => this.choose(key)}>${Number(key.slice(8))}</button>`;
  }

  private readonly opened = (): void => this.show((this.day || this.today).slice(0, 7));

  private show(month: string): void {
    this.month = month;
    void this.mark(month);
  }

  private async mark(month: string): Promise<void> {
    const { signal } = this.asking.again();
    const keys = monthKeys(month, firstWeekday());
    const [first = month, last = first] = [keys[0], keys.at(-1)];
    const marked = await this.marks(dayOfKey(first, this.zone).start, dayOfKey(last, this.zone).end);
    if (!tooLate(signal)) this.marked = marked;
  }

  private readonly keyed = async (event: KeyboardEvent): Promise<void> => {
    const step = KEY_STEPS[event.key];
    const from = (event.target as HTMLElement).dataset["key"];
    if (step === undefined || from === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const wanted = shifted(from, step);
    if (wanted > this.today) return;
    if (!wanted.startsWith(this.month)) this.show(wanted.slice(0, 7));
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`button[data-key="${wanted}"]`)?.focus();
  };

  private choose(key: string): void {
    if (this.calendarBox) this.calendarBox.open = false;
    this.dispatchEvent(new CustomEvent("gcam-day", { detail: key }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-day-picker": GcamDayPicker;
  }
}
