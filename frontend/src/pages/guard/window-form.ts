/** `<gcam-window-form>`: on which days, from when until when, which mode. Tells `gcam-changed`, `gcam-remove`. */
import { html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { language, words } from "../../i18n/i18n.js";
import { modeName } from "../../state/guard.js";
import { LIGHTS, momentOf, otherwise, textOf, toggled, type Light, type ModeDraft, type WindowDraft } from "./draft.js";
import { settingsStyles } from "./guard-settings.styles.js";

const t = words("guard-settings");
const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
/** A Monday. */
const MONDAY_MS = Date.UTC(2024, 0, 1, 12);
const DAY_MS = 86_400_000;

@customElement("gcam-window-form")
export class WindowForm extends LitElement {
  static override styles = settingsStyles;

  @property({ attribute: false }) window!: WindowDraft;
  @property({ attribute: false }) modes: readonly ModeDraft[] = [];

  protected override render(): unknown {
    const { window } = this;
    return html`<div class="card">
      <label class="choice"
        >${t("mode")}
        <select @change=${(event: Event) => { this.change({ mode_id: valueOf(event) }); }}>
          ${this.modes.map((mode) => html`<option value=${mode.id} .selected=${mode.id === window.mode_id}>${modeName(mode)}</option>`)}
        </select>
      </label>
      <fieldset>
        <legend>${t("days")}</legend>
        <div class="days">${DAYS.map((day) => this.day(day))}</div>
      </fieldset>
      <div class="row">${this.moment("begin")} ${this.moment("end")}</div>
      <div><button type="button" class="button outlined small" @click=${this.takeOut}>${t("remove_window")}</button></div>
    </div>`;
  }

  private day(day: number): unknown {
    const name = new Intl.DateTimeFormat(language.value, { weekday: "short", timeZone: "UTC" }).format(MONDAY_MS + day * DAY_MS);
    return html`<label class="check"><input type="checkbox" .checked=${live(this.window.days.includes(day))} @change=${() => { this.toggle(day); }} />${name}</label>`;
  }

  private moment(which: "begin" | "end"): unknown {
    const moment = momentOf(this.window[which]);
    const value =
      moment.by === "clock"
        ? html`<input type="time" aria-label=${t(`${which}_at`)} .value=${live(moment.clock)} @change=${(event: Event) => { this.clock(which, event); }} />`
        : html`<label class="choice">${t("offset")}<input type="number" min="-999" max="999" .value=${live(String(moment.minutes))}
            @change=${(event: Event) => { this.change({ [which]: textOf({ by: moment.by, minutes: Number(valueOf(event)) || 0 }) }); }} /></label>`;
    return html`<label class="choice"
        >${t(which)}
        <select @change=${(event: Event) => { this.change({ [which]: textOf(otherwise(valueOf(event) as Light)) }); }}>
          ${LIGHTS.map((light) => html`<option value=${light} .selected=${light === moment.by}>${t(`light.${light}`)}</option>`)}
        </select>
      </label>
      ${value}`;
  }

  /** An emptied field is no time. */
  private clock(which: "begin" | "end", event: Event): void {
    this.change(valueOf(event) ? { [which]: valueOf(event) } : {});
  }

  /** One day at least. */
  private toggle(day: number): void {
    const days = toggled(this.window.days, day);
    this.change(days.length > 0 ? { days } : {});
  }

  private change(changes: Partial<WindowDraft>): void {
    this.requestUpdate(); // what is not taken is shown as it was
    this.dispatchEvent(new CustomEvent("gcam-changed", { detail: { ...this.window, ...changes } }));
  }

  private takeOut(): void {
    this.dispatchEvent(new CustomEvent("gcam-remove"));
  }
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value;
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-window-form": WindowForm;
  }
}
