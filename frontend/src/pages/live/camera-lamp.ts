/** `<gcam-camera-lamp>`: the lamp of a camera's board, on, off and dimmed; nothing where there is none to switch. */
import "@awesome.me/webawesome/dist/components/slider/slider.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { notifyError } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";

const t = words("live");

@customElement("gcam-camera-lamp")
export class CameraLamp extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      gap: var(--wa-space-s);
    }
    :host([hidden]) {
      display: none;
    }
  `;

  @property({ attribute: false }) camera!: Schemas["CameraState"];
  @state() private asking = false;

  protected override willUpdate(): void {
    this.hidden = this.level === null;
  }

  protected override render(): unknown {
    const { level, asking } = this;
    if (level === null) return nothing;
    return html`<wa-switch .checked=${live(level > 0)} ?disabled=${asking}
        @change=${(event: Event) => void this.shine({ on: (event.target as HTMLInputElement).checked })}>${t("lamp")}</wa-switch>
      ${level > 0
        ? html`<wa-slider label=${t("lamp_level", { level })} min="1" max="100" ?disabled=${asking} .value=${live(level)}
            @change=${(event: Event) => void this.shine({ level: Number((event.target as HTMLInputElement).value) })}></wa-slider>`
        : nothing}`;
  }

  /** Percent, as the board tells; null while there is no lamp to switch. */
  private get level(): number | null {
    return this.camera.status === "connected" ? this.camera.lamp : null;
  }

  private async shine(body: Schemas["Light"]): Promise<void> {
    this.asking = true;
    const params = { path: { id: this.camera.camera_id } };
    const answer = await ask(api.PUT("/api/v1/cameras/{id}/light", { params, body }));
    this.asking = false;
    if (!answer.ok) notifyError(answer.error);
    await this.updateComplete;
    this.requestUpdate(); // what was refused shows again what holds
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-camera-lamp": CameraLamp;
  }
}
