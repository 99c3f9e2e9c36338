/** `<gcam-mode-form>`: what one mode watches, and how. Tells `gcam-changed` with the mode as it is then, `gcam-remove`. */
import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { GUARD_DECIDED } from "../../api/limits.js";
import { WHATS, whatWord } from "../../components/what.js";
import { words } from "../../i18n/i18n.js";
import type { Camera } from "../../state/gcam.js";
import { modeName } from "../../state/guard.js";
import { gone, watched, watchOf, type ModeDraft } from "./draft.js";
import { settingsStyles } from "./guard-settings.styles.js";

const t = words("guard-settings");
/** An alarm that ends by itself, where one that did not becomes one that does. */
const ALARM_S = 180;

@customElement("gcam-mode-form")
export class ModeForm extends LitElement {
  static override styles = settingsStyles;

  @property({ attribute: false }) mode!: ModeDraft;
  @property({ attribute: false }) cameras: readonly Camera[] = [];
  /** The only one is not removed. */
  @property({ type: Boolean }) only = false;

  protected override render(): unknown {
    const { mode } = this;
    const count = new Set(mode.watches.map(({ camera_id }) => camera_id)).size;
    return html`<details class="card">
      <summary>${modeName(mode)} <small>${count ? t("cameras", { count }) : t("no_camera")}</small></summary>
      <div class="stack">
        <label class="choice">${t("name")}<input maxlength=${GUARD_DECIDED.modes_name.maxlength} .value=${live(modeName(mode))} @change=${this.rename} /></label>
        <fieldset>
          <legend>${t("watches")}</legend>
          ${this.cameras.map((camera) => this.camera(camera))} ${this.gone()}
        </fieldset>
        <fieldset>
          <legend>${t("kinds")}</legend>
          <div class="days">${WHATS.map((what) => this.check(whatWord(what), mode.kinds.includes(what), () => { this.kind(what); }))}</div>
        </fieldset>
        <div class="row">
          ${this.seconds(t("exit"), mode.exit_s, GUARD_DECIDED.modes_exit_s, (exit_s) => ({ exit_s }))}
          ${this.seconds(t("loss"), mode.loss_s, GUARD_DECIDED.modes_loss_s, (loss_s) => ({ loss_s }))}
          ${mode.alarm_s === null ? nothing : this.seconds(t("alarm"), mode.alarm_s, GUARD_DECIDED.modes_alarm_s, (alarm_s) => ({ alarm_s }))}
        </div>
        ${this.check(t("alarm_endless"), mode.alarm_s === null, () => { this.change({ alarm_s: mode.alarm_s === null ? ALARM_S : null }); })}
        ${this.check(t("needs_code"), mode.needs_code, () => { this.change({ needs_code: !mode.needs_code }); })}
        ${this.check(t("lamps"), mode.lamps, () => { this.change({ lamps: !mode.lamps }); })}
        ${this.only ? nothing : html`<div><button type="button" class="button outlined small" @click=${this.takeOut}>${t("remove_mode")}</button></div>`}
      </div>
    </details>`;
  }

  private camera({ id, name, detection }: Camera): unknown {
    return html`${this.watch(id, null, name)} ${(detection.zones ?? []).map((zone) => this.watch(id, zone.name, t("zone", { zone: zone.name })))}`;
  }

  private watch(camera: string, zone: string | null, label: string): unknown {
    const watch = watchOf(this.mode, camera, zone);
    const { min, max } = GUARD_DECIDED.modes_watches_entry_s;
    return html`<div class="watch ${zone === null ? "" : "zone"}">
      ${this.check(label, watch !== undefined, () => { this.tell(watched(this.mode, camera, zone, watch ? undefined : 0)); })}
      ${watch
        ? html`<label>${t("entry")} <input type="number" inputmode="numeric" min=${min} max=${max} aria-label=${t("entry_of", { place: label })}
            .value=${live(String(watch.entry_s))}
            @change=${(event: Event) => { this.tell(watched(this.mode, camera, zone, within(event, watch.entry_s, min, max))); }} /></label>`
        : nothing}
    </div>`;
  }

  /** Cameras and zones that are not there any more: seen, so that they can be taken out. */
  private gone(): unknown {
    const zones = new Map(this.cameras.map(({ id, detection }) => [id, (detection.zones ?? []).map(({ name }) => name)]));
    return gone(this.mode, zones).map(({ camera_id, zone }) =>
      this.check(t("gone", { place: zone === null ? camera_id : `${camera_id}, ${zone}` }), true, () => { this.tell(watched(this.mode, camera_id, zone, undefined)); }),
    );
  }

  private check(label: string, on: boolean, toggle: () => void): unknown {
    return html`<label class="check"><input type="checkbox" .checked=${live(on)} @change=${toggle} />${label}</label>`;
  }

  private seconds(label: string, value: number, limits: { min: number; max: number }, changes: (seconds: number) => Partial<ModeDraft>): unknown {
    return html`<label class="choice"
      >${label}<input type="number" inputmode="numeric" min=${limits.min} max=${limits.max} .value=${live(String(value))}
        @change=${(event: Event) => { this.change(changes(within(event, value, limits.min, limits.max))); }}
    /></label>`;
  }

  /** One counts at least. */
  private kind(what: (typeof WHATS)[number]): void {
    const { kinds } = this.mode;
    const next = kinds.includes(what) ? kinds.filter((known) => known !== what) : [...kinds, what];
    this.change(next.length > 0 ? { kinds: next } : {});
  }

  private rename(event: Event): void {
    this.change({ name: (event.target as HTMLInputElement).value.trim() || this.mode.name });
  }

  private takeOut(): void {
    this.dispatchEvent(new CustomEvent("gcam-remove"));
  }

  private change(changes: Partial<ModeDraft>): void {
    this.tell({ ...this.mode, ...changes });
  }

  private tell(mode: ModeDraft): void {
    this.requestUpdate(); // what is not taken is shown as it was
    this.dispatchEvent(new CustomEvent("gcam-changed", { detail: mode }));
  }
}

/** What is no number stays as it was. */
function within(event: Event, before: number, min: number, max: number): number {
  const value = (event.target as HTMLInputElement).valueAsNumber;
  return Number.isNaN(value) ? before : Math.max(min, Math.min(max, Math.round(value)));
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-mode-form": ModeForm;
  }
}
