/** `<gcam-detection-form>`: sensitivity, and the rest for experts. `detection-changed` says what is wanted. */
import "@awesome.me/webawesome/dist/components/details/details.js";
import "@awesome.me/webawesome/dist/components/number-input/number-input.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "@awesome.me/webawesome/dist/components/slider/slider.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { DETECTION } from "../../api/limits.js";
import { words } from "../../i18n/i18n.js";
import type { Draft } from "./draft.js";

const t = words("tune");
type Detection = Draft["detection"];

const DETECTORS = ["adaptive", "difference", "mog2"] as const;
const SCALES = ["auto", "1/8", "1/4", "1/2"] as const;
const TIMES = [
  { name: "min_motion_s", step: 0.1 },
  { name: "event_gap_s", step: 0.5 },
  { name: "warmup_s", step: 0.5 },
  { name: "idle_fps", step: 0.5 },
  { name: "active_fps", step: 0.5 },
] as const;

@customElement("gcam-detection-form")
export class DetectionForm extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      gap: var(--wa-space-m);
    }
    .ends {
      margin-block-start: var(--wa-space-xs);
      display: flex;
      gap: var(--wa-space-s);
      justify-content: space-between;
      font-size: var(--wa-font-size-s);
      color: var(--wa-color-text-quiet);
    }
    .fields {
      display: grid;
      gap: var(--wa-space-m);
      grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
    }
  `;

  @property({ attribute: false }) detection: Detection | undefined;

  protected override render(): unknown {
    const { detection } = this;
    if (!detection) return "";
    return html`
      <wa-switch .checked=${live(detection.enabled)}
        @change=${(event: Event) => this.change({ enabled: (event.target as HTMLInputElement).checked })}>
        ${t("detect")}
      </wa-switch>
      <div>
        <wa-slider label=${t("sensitivity", { value: detection.sensitivity })} min=${DETECTION.sensitivity.min} max=${DETECTION.sensitivity.max} with-tooltip
          .value=${live(detection.sensitivity)} ?disabled=${!detection.enabled}
          @input=${(event: Event) => this.change({ sensitivity: (event.target as HTMLElement & { value: number }).value })}>
        </wa-slider>
        <div class="ends" aria-hidden="true"><span>${t("only_large")}</span><span>${t("every_stir")}</span></div>
      </div>
      <wa-switch .checked=${live(detection.tamper)} ?disabled=${!detection.enabled} hint=${t("tamper_text")}
        @change=${(event: Event) => this.change({ tamper: (event.target as HTMLInputElement).checked })}>
        ${t("tamper")}
      </wa-switch>
      <wa-details summary=${t("experts")} appearance="outlined">
        <div class="fields">
          ${this.choice("detector", DETECTORS, (value) => t(`detectors.${value}`))}
          ${this.choice("scale", SCALES, (value) => (value === "auto" ? t("scale_auto") : value))}
          ${TIMES.map((field) => this.number(field, detection[field.name]))}
        </div>
      </wa-details>
    `;
  }

  private choice<N extends "detector" | "scale">(name: N, values: readonly Detection[N][], text: (value: string) => string): unknown {
    return html`<wa-select size="s" label=${t(name)} hint=${t(`${name}_text`)} .value=${live(String(this.detection?.[name]))}
      @change=${(event: Event) => this.change({ [name]: (event.target as HTMLInputElement).value })}>
      ${values.map((value) => html`<wa-option value=${value}>${text(value)}</wa-option>`)}
    </wa-select>`;
  }

  private number({ name, step }: (typeof TIMES)[number], value: number): unknown {
    const { min, max } = DETECTION[name];
    return html`<wa-number-input size="s" label=${t(name)} hint=${t(`${name}_text`)} min=${min} max=${max} step=${step}
      .value=${live(String(value))}
      @change=${(event: Event) => {
        const wanted = Number((event.target as HTMLInputElement).value);
        if (Number.isFinite(wanted)) this.change({ [name]: Math.min(max, Math.max(min, wanted)) });
      }}></wa-number-input>`;
  }

  private change(changes: Partial<Detection>): void {
    this.dispatchEvent(new CustomEvent("detection-changed", { detail: changes }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-detection-form": DetectionForm;
  }
}
