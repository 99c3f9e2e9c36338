/** `<gcam-board-controls camera="door">`: what can be set on the board itself; each change is made at once. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "@awesome.me/webawesome/dist/components/slider/slider.js";
import "@awesome.me/webawesome/dist/components/spinner/spinner.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { api, ask, type ApiError, type Schemas } from "../../api/client.js";
import { hasWord, words } from "../../i18n/i18n.js";
import "./board-health.js";
import { camerasStyles } from "./cameras.styles.js";
import { notes } from "./probe-card.js";
import { sentenceOf } from "./wrongs.js";

const t = words("cameras");
type Control = Schemas["Control"];
type Value = string | number | boolean;

@customElement("gcam-board-controls")
export class BoardControls extends LitElement {
  static override styles = [
    camerasStyles,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-m);
      }
    `,
  ];

  @property() camera = "";
  @state() private board: Schemas["Board"] | undefined;
  @state() private error: ApiError | undefined;
  @state() private wrong: { name: string; error: ApiError } | undefined;
  @state() private setting: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    if (this.error)
      return html`<p role="status">${sentenceOf(this.error)}</p>
        <div class="buttons"><wa-button size="s" appearance="outlined" @click=${this.load}>${t("retry")}</wa-button></div>`;
    const { board } = this;
    if (!board) return html`<div role="status" class="buttons"><wa-spinner></wa-spinner>${t("asking")}</div>`;
    const title = t(`firmware.${board.firmware}`);
    if (board.claimed === false)
      return html`<wa-callout variant="warning" role="alert">${t("unowned")}</wa-callout>
        <div class="buttons"><wa-button variant="brand" ?loading=${this.setting !== undefined} @click=${this.claim}>${t("claim")}</wa-button></div>`;
    return html`
      <p class="quiet">${board.version ? `${title} · ${board.version}` : title}</p>
      ${board.firmware === "gcam" ? html`<gcam-board-health camera=${this.camera}></gcam-board-health>` : nothing}
      ${board.controls.length === 0 ? html`<p>${t("no_controls")}</p>` : nothing}
      <div class="fields">${board.controls.map((control) => this.control(control))}</div>
      <p class="quiet" role="status">${this.setting ? t("setting") : ""}</p>
      ${notes(board.notes)}
    `;
  }

  private control(control: Control): unknown {
    const wrong = this.wrong?.name === control.name ? (sentenceOf(this.wrong.error) ?? "") : "";
    const label = t(`control.${control.name}`);
    const waiting = this.setting !== undefined;
    const style = wrong ? "wrong" : "";
    switch (control.kind) {
      case "switch":
        return html`<wa-switch class=${style} hint=${wrong} ?disabled=${waiting} .checked=${live(control.value === true)}
          @change=${(event: Event) => void this.set(control.name, (event.target as HTMLInputElement).checked)}>${label}</wa-switch>`;
      case "choice":
        return html`<wa-select class=${style} hint=${wrong} label=${label} ?disabled=${waiting}
          .value=${live(String(control.value ?? ""))}
          @change=${(event: Event) => void this.set(control.name, (event.target as HTMLInputElement).value)}>
          ${(control.choices ?? []).map((choice) => html`<wa-option value=${choice}>${shown(control.name, choice)}</wa-option>`)}
        </wa-select>`;
      case "number":
        return html`<wa-slider class=${style} label=${t("control_value", { name: label, value: control.value ?? "" })} with-tooltip
          hint=${wrong || (hasWord("cameras", `control_text.${control.name}`) ? t(`control_text.${control.name}`) : "")}
          min=${control.least ?? 0} max=${control.most ?? 0} ?disabled=${waiting} .value=${live(Number(control.value ?? 0))}
          @change=${(event: Event) => void this.set(control.name, Number((event.target as HTMLInputElement).value))}></wa-slider>`;
    }
  }

  private readonly load = async (): Promise<void> => {
    this.error = this.board = undefined;
    const answer = await ask(api.GET("/api/v1/cameras/{id}/board", { params: { path: { id: this.camera } } }));
    if (answer.ok) this.board = answer.value;
    else this.error = answer.error;
  };

  private readonly claim = async (): Promise<void> => {
    this.setting = "";
    const answer = await ask(api.POST("/api/v1/cameras/{id}/claim", { params: { path: { id: this.camera } } }));
    this.setting = undefined;
    if (answer.ok) {
      this.dispatchEvent(new CustomEvent("board-claimed"));
      await this.load();
    } else this.error = answer.error;
  };

  private async set(name: string, value: Value): Promise<void> {
    this.setting = name;
    this.wrong = undefined;
    const params = { path: { id: this.camera } };
    const answer = await ask(api.PATCH("/api/v1/cameras/{id}/board", { params, body: { [name]: value } }));
    this.setting = undefined;
    if (answer.ok) this.board = answer.value;
    else this.wrong = { name, error: answer.error };
    await this.updateComplete;
    this.requestUpdate(); // what was refused shows again what holds
  }
}

function shown(name: string, choice: string): string {
  const key = `choice.${name}.${choice}`;
  return hasWord("cameras", key) ? t(key) : choice.replace(/^(\d+)x(\d+)$/, "$1 × $2");
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-board-controls": BoardControls;
  }
}
