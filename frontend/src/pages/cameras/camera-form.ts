/** `<gcam-camera-form>`: all that is set of a camera, each error at its field. `draft-changed` says what is wanted. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/details/details.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/number-input/number-input.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "@awesome.me/webawesome/dist/components/slider/slider.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { CAMERA_SETTINGS, DETECTION, GROUP, IDLE_FPS, NAMING, RECORDING, SOURCE } from "../../api/limits.js";
import { WHATS, whatWord, withKind } from "../../components/what.js";
import { words } from "../../i18n/i18n.js";
import { gcam } from "../../state/gcam.js";
import { groupsOf } from "../../state/groups.js";
import { camerasStyles } from "./cameras.styles.js";
import { isLocal, isPolled, isRtsp, isTls, MODES, ROTATIONS, TRANSPORTS, type Draft, type Mode, type Rotation, type Transport, type Wrongs } from "./draft.js";
import { isPushed } from "./push-panel.js";
import { sentenceOf } from "./wrongs.js";

const t = words("cameras");

const LONGEST = {
  name: CAMERA_SETTINGS.name.maxlength,
  group: GROUP.itself.maxlength,
  url: CAMERA_SETTINGS.url.maxlength,
  url_hd: CAMERA_SETTINGS.url_hd.maxlength,
  username: CAMERA_SETTINGS.username.maxlength,
  password: CAMERA_SETTINGS.password.maxlength,
  capture_size: SOURCE.capture_size.maxlength,
};
/** Parts of a day are for files. */
const WHOLE_DAYS = { min: Math.ceil(RECORDING.keep_days.min), max: RECORDING.keep_days.max };
type Text = keyof typeof LONGEST;
type Switch = "privacy" | "detection" | "naming" | "recording" | "verifyTls" | "make_h264";

@customElement("gcam-camera-form")
export class CameraForm extends LitElement {
  static override styles = camerasStyles;

  @property({ attribute: false }) draft: Draft | undefined;
  @property({ attribute: false }) wrongs: Wrongs = new Map();
  /** The address is shown, but was chosen elsewhere. */
  @property({ type: Boolean }) fixed = false;

  /** It is no board that has one address only. */
  @property({ type: Boolean }) twofold = false;

  /** It sends H.265. */
  @property({ type: Boolean }) h265 = false;

  /** Brings the first field with an error into view. */
  focusWrong(): void {
    this.renderRoot.querySelector<HTMLElement>(".wrong")?.focus();
  }

  protected override render(): unknown {
    const { draft } = this;
    if (!draft) return nothing;
    return html`<div class="panel">
      ${this.text("name", { required: true })} ${this.text("group", { hint: groupHint() })} ${this.fixed ? nothing : this.connection(draft)}
      ${this.fixed && this.twofold ? this.second() : nothing} ${this.fixed ? this.way(draft) : nothing}
      <wa-switch .checked=${live(draft.recording)} @change=${this.switched("recording")}>${t("record")}</wa-switch>
      ${draft.recording ? this.recording(draft) : nothing}
      <wa-switch .checked=${live(draft.detection)} @change=${this.switched("detection")}>${t("detect")}</wa-switch>
      ${draft.detection ? html`${this.sensitivity(draft)} ${this.naming(draft)}` : nothing}
      <div class="fields">${this.rotation(draft)}</div>
      ${this.h265 || !draft.make_h264
        ? html`<wa-switch .checked=${live(draft.make_h264)} hint=${t("make_h264_text")} @change=${this.switched("make_h264")}
            >${t("make_h264")}</wa-switch>`
        : nothing}
      ${this.fixed
        ? nothing
        : html`<wa-switch .checked=${live(draft.privacy)} hint=${t("privacy_text")} @change=${this.switched("privacy")}
            >${t("privacy")}</wa-switch>`}
    </div>`;
  }

  private connection(draft: Draft): unknown {
    if (isPushed(draft.url)) return html`${this.text("url", { required: true, hint: t("push.url_text") })} ${this.way(draft)}`;
    if (isLocal(draft.url)) return html`${this.text("url", { required: true, hint: t("device_url_text") })} ${this.way(draft)}`;
    return html`${this.text("url", { required: true, hint: t("url_text") })} ${this.second()}
      <div class="fields">
        ${this.text("username", { autocomplete: "off" })}
        ${this.text("password", {
          type: "password",
          autocomplete: "new-password",
          hint: draft.hasPassword ? t("password_kept") : "",
        })}
      </div>
      ${isTls(draft.url) || !draft.verifyTls
        ? html`<wa-switch .checked=${live(draft.verifyTls)} hint=${t("verify_tls_text")} @change=${this.switched("verifyTls")}
            >${t("verify_tls")}</wa-switch>`
        : nothing}
      ${this.way(draft)}`;
  }

  /** How its pictures come, where there is a choice. */
  private way(draft: Draft): unknown {
    if (isPolled(draft)) {
      const change = (poll_fps: number | undefined): Partial<Draft> => ({ poll_fps: poll_fps ?? 1 });
      return html`<div class="fields">${this.number("poll_fps", draft.poll_fps, SOURCE.poll_fps, change, { place: "source", step: "any" })}</div>`;
    }
    if (draft.paced || isPushed(draft.url)) {
      const change = (idle_fps: number | undefined): Partial<Draft> => ({ idle_fps: idle_fps ?? 0 });
      return html`<div class="fields">${this.number("idle_fps", draft.idle_fps, IDLE_FPS.itself, change, { step: "any" })}</div>`;
    }
    if (isLocal(draft.url)) return this.capture(draft);
    if (!isRtsp(draft.url)) return nothing;
    return html`<wa-select label=${t("rtsp_transport")} hint=${t("rtsp_transport_text")} .value=${live(draft.transport)}
      @change=${(event: Event) => this.change({ transport: valueOf(event) as Transport })}>
      ${TRANSPORTS.map((way) => html`<wa-option value=${way}>${t(`transport.${way}`)}</wa-option>`)}
    </wa-select>`;
  }

  private capture(draft: Draft): unknown {
    return html`<div class="fields">
      ${this.text("capture_size", { hint: t("capture_size_text"), place: "source." })}
      ${this.number("capture_fps", draft.capture_fps, SOURCE.capture_fps, (capture_fps) => ({ capture_fps }), { place: "source", step: "any" })}
    </div>`;
  }

  private second(): unknown {
    return this.text("url_hd", { hint: t("url_hd_text") });
  }

  private recording(draft: Draft): unknown {
    return html`<div class="fields">
      <wa-select class="wide" label=${t("mode")} .value=${live(draft.mode)}
        @change=${(event: Event) => this.change({ mode: valueOf(event) as Mode })}>
        ${MODES.filter((mode) => mode !== "off" || draft.mode === "off").map((mode) => html`<wa-option value=${mode}>${t(`records.${mode}`)}</wa-option>`)}
      </wa-select>
      ${this.number("pre_roll_s", draft.preRoll_s, RECORDING.pre_roll_s, (preRoll_s) => ({ preRoll_s: preRoll_s ?? 0 }))}
      ${this.number("post_roll_s", draft.postRoll_s, RECORDING.post_roll_s, (postRoll_s) => ({ postRoll_s: postRoll_s ?? 0 }))}
      ${this.number("keep_days", draft.keepDays, WHOLE_DAYS, (keepDays) => ({ keepDays }))}
    </div>`;
  }

  private sensitivity(draft: Draft): unknown {
    return html`<wa-slider label=${t("sensitivity", { value: draft.sensitivity })} min=${DETECTION.sensitivity.min} max=${DETECTION.sensitivity.max} with-tooltip
      .value=${live(draft.sensitivity)} hint=${t("sensitivity_text")}
      @input=${(event: Event) => this.change({ sensitivity: Number(valueOf(event)) })}></wa-slider>`;
  }

  private naming(draft: Draft): unknown {
    const looks = html`<wa-switch .checked=${live(draft.naming)} hint=${t("naming_text")} @change=${this.switched("naming")}>${t("naming")}</wa-switch>`;
    if (!draft.naming) return looks;
    const onlyPeople = draft.kinds.length === 1 && draft.kinds[0] === "person";
    return html`${looks}
      <fieldset>
        <legend>${t("event_of")}</legend>
        ${WHATS.map(
          (what) =>
            html`<label
              ><input type="checkbox" name="kind" value=${what} .checked=${live(draft.kinds.includes(what))}
                @change=${(event: Event) => this.change({ kinds: withKind(draft.kinds, what, (event.target as HTMLInputElement).checked) })} />
              ${whatWord(what)}</label
            >`,
        )}
        <wa-button size="s" appearance="outlined" @click=${() => this.change({ kinds: onlyPeople ? WHATS : ["person"] })}>
          ${t(onlyPeople ? "event_of_all" : "event_of_people")}
        </wa-button>
      </fieldset>
      <p class="quiet">${t("event_of_text")}</p>
      <div class="fields">
        ${this.number("min_score", draft.min_score, NAMING.min_score, (min_score) => ({ min_score: Math.round(min_score ?? 60) }), { place: "naming" })}
        ${this.number("min_size", draft.min_size, NAMING.min_size, (min_size) => ({ min_size: min_size ?? 0 }), { place: "naming", step: "0.5" })}
      </div>`;
  }

  private rotation(draft: Draft): unknown {
    return html`<wa-select label=${t("rotation")} .value=${live(String(draft.rotation))}
      @change=${(event: Event) => this.change({ rotation: Number(valueOf(event)) as Rotation })}>
      ${ROTATIONS.map((turn) => html`<wa-option value=${turn}>${t(`turned.${turn}`)}</wa-option>`)}
    </wa-select>`;
  }

  private text(name: Text, options: { required?: boolean; hint?: string; type?: string; autocomplete?: string; place?: string } = {}): unknown {
    const wrong = sentenceOf(this.wrongs.get(`${options.place ?? ""}${name}`));
    return html`<wa-input class=${wrong ? "wrong" : ""} name=${name} label=${t(name)} hint=${wrong ?? options.hint ?? ""}
      type=${options.type ?? "text"} autocomplete=${options.autocomplete ?? "off"} ?required=${options.required ?? false}
      ?password-toggle=${options.type === "password"} maxlength=${LONGEST[name]} spellcheck="false"
      .value=${live(this.draft?.[name] ?? "")} @input=${(event: Event) => this.change({ [name]: valueOf(event) })}></wa-input>`;
  }

  private number(
    name: string,
    value: number | undefined,
    { min, max }: { min: number; max: number },
    make: (value: number | undefined) => Partial<Draft>,
    { place = "recording", step = "1" } = {},
  ): unknown {
    const wrong = sentenceOf(this.wrongs.get(`${place}.${name}`));
    return html`<wa-number-input class=${wrong ? "wrong" : ""} label=${t(name)} hint=${wrong ?? t(`${name}_text`)} min=${min} max=${max} step=${step}
      .value=${live(value === undefined ? "" : String(value))}
      @change=${(event: Event) => {
        const text = valueOf(event);
        const wanted = Number(text);
        this.change(make(text === "" || !Number.isFinite(wanted) ? undefined : Math.min(max, Math.max(min, wanted))));
      }}></wa-number-input>`;
  }

  private switched(name: Switch): (event: Event) => void {
    return (event) => this.change({ [name]: (event.target as HTMLInputElement).checked });
  }

  private change(changes: Partial<Draft>): void {
    this.dispatchEvent(new CustomEvent("draft-changed", { detail: changes }));
  }
}

/** Says which there are: the same word makes it the same group. */
function groupHint(): string {
  const groups = groupsOf(gcam.value.cameras ?? []);
  return groups.length > 0 ? t("group_known", { groups: groups.join(", ") }) : t("group_text");
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-camera-form": CameraForm;
  }
}
