/** `<gcam-guard-settings>`: modes, schedule and place, changed together; and everybody's codes. */
import { html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { changeGuard, guardSettings } from "../../api/guard.js";
import { GUARD_DECIDED } from "../../api/limits.js";
import { messageOf, notify } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import { gcam } from "../../state/gcam.js";
import { may } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import { added, draftOf, needsPlace, newWindow, withMode, withoutMode, type Draft, type ModeDraft, type PlaceDraft, type WindowDraft } from "./draft.js";
import "./guard-codes.js";
import { settingsStyles } from "./guard-settings.styles.js";
import "./mode-form.js";
import "./window-form.js";

const t = words("guard-settings");
const common = words("common");
const NOWHERE = { latitude: 0, longitude: 0 };

@customElement("gcam-guard-settings")
export class GuardSettings extends LitElement {
  static override styles = settingsStyles;

  @state() private kept: Draft | undefined;
  @state() private draft: Draft | undefined;
  @state() private problem = "";
  @state() private busy = false;
  @query("#new-mode") private readonly newMode!: HTMLInputElement;
  private readonly gcam = new Follow(this, gcam);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    const { draft } = this;
    if (!draft) return this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing;
    return html`${this.isArmed ? html`<p class="problem" role="status">${t("armed")}</p>` : nothing}
      <h2>${t("modes")}</h2>
      ${repeat(draft.modes, ({ id }) => id, (mode) => this.mode(draft, mode))}
      <div class="row">
        <label class="choice">${t("new_mode")}<input id="new-mode" maxlength=${GUARD_DECIDED.modes_name.maxlength} /></label>
        <button type="button" class="button outlined" ?disabled=${draft.modes.length >= GUARD_DECIDED.modes.most} @click=${this.add}>${t("add_mode")}</button>
      </div>
      <h2>${t("schedule")}</h2>
      <p class="quiet">${t("schedule_text")}</p>
      ${draft.windows.map((window, index) => this.window(draft, window, index))}
      <div>
        <button type="button" class="button outlined" ?disabled=${draft.windows.length >= GUARD_DECIDED.windows.most}
          @click=${() => { this.change({ ...draft, windows: [...draft.windows, newWindow(draft)] }); }}>${t("add_window")}</button>
      </div>
      ${needsPlace(draft) || draft.place ? this.place(draft.place ?? NOWHERE) : nothing}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      <div><button type="button" class="button brand" ?disabled=${!this.isChanged || this.busy || this.isArmed} @click=${this.save}>${common("save")}</button></div>
      ${may("administer") ? html`<gcam-guard-codes></gcam-guard-codes>` : nothing}`;
  }

  private mode(draft: Draft, mode: ModeDraft): unknown {
    return html`<gcam-mode-form
      .mode=${mode}
      .cameras=${this.gcam.value.cameras ?? []}
      ?only=${draft.modes.length === 1}
      @gcam-changed=${({ detail }: CustomEvent<ModeDraft>) => { this.change(withMode(draft, detail)); }}
      @gcam-remove=${() => { this.change(withoutMode(draft, mode.id)); }}
    ></gcam-mode-form>`;
  }

  private window(draft: Draft, window: WindowDraft, index: number): unknown {
    const others = draft.windows.filter((_, other) => other !== index);
    return html`<gcam-window-form
      .window=${window}
      .modes=${draft.modes}
      @gcam-changed=${({ detail }: CustomEvent<WindowDraft>) => { this.change({ ...draft, windows: draft.windows.map((known, other) => (other === index ? detail : known)) }); }}
      @gcam-remove=${() => { this.change({ ...draft, windows: others }); }}
    ></gcam-window-form>`;
  }

  private place(place: NonNullable<PlaceDraft>): unknown {
    return html`<fieldset>
      <legend>${t("place")}</legend>
      <p class="quiet">${t("place_text")}</p>
      <div class="row">${this.degrees("latitude", place)} ${this.degrees("longitude", place)}</div>
    </fieldset>`;
  }

  private degrees(which: "latitude" | "longitude", place: NonNullable<PlaceDraft>): unknown {
    const { min, max } = GUARD_DECIDED[`place_${which}`];
    return html`<label class="choice"
      >${t(which)}<input type="number" step="any" min=${min} max=${max} .value=${live(String(this.draft?.place?.[which] ?? ""))}
        @change=${(event: Event) => { this.move({ ...place, [which]: (event.target as HTMLInputElement).valueAsNumber }); }}
    /></label>`;
  }

  private move(place: NonNullable<PlaceDraft>): void {
    const isPlace = !Number.isNaN(place.latitude) && !Number.isNaN(place.longitude);
    if (this.draft) this.change({ ...this.draft, place: isPlace ? place : null });
  }

  private readonly add = (): void => {
    const name = this.newMode.value.trim();
    if (!name || !this.draft) return;
    this.newMode.value = "";
    this.change(added(this.draft, name));
  };

  /** Gcam refuses changes while it is armed: said before somebody has made them. */
  private get isArmed(): boolean {
    const { guard } = this.gcam.value;
    return guard != null && (guard.phase !== "disarmed" || guard.planned !== null);
  }

  private get isChanged(): boolean {
    return JSON.stringify(this.draft) !== JSON.stringify(this.kept);
  }

  private change(draft: Draft): void {
    this.draft = draft;
    this.problem = "";
  }

  private readonly save = async (): Promise<void> => {
    if (!this.draft) return;
    this.busy = true;
    const answer = await changeGuard(this.draft);
    this.busy = false;
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    this.kept = this.draft = draftOf(answer.value);
    void notify({ text: t("saved"), kind: "success" });
  };

  private async load(): Promise<void> {
    const answer = await guardSettings();
    if (answer.ok) this.kept = this.draft = draftOf(answer.value);
    else this.problem = messageOf(answer.error);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-guard-settings": GuardSettings;
  }
}
