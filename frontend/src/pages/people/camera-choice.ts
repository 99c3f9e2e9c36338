/** `<gcam-camera-choice>`: all cameras, or which. `value` is a list of ids, or null for all. */
import "@awesome.me/webawesome/dist/components/checkbox/checkbox.js";
import "@awesome.me/webawesome/dist/components/radio-group/radio-group.js";
import "@awesome.me/webawesome/dist/components/radio/radio.js";
import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { words } from "../../i18n/i18n.js";
import { gcam } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";
import { peopleStyles } from "./people.styles.js";

const t = words("people");

@customElement("gcam-camera-choice")
export class CameraChoice extends LitElement {
  static override styles = peopleStyles;

  @property({ attribute: false }) value: readonly string[] | null = null;
  private readonly gcam = new Follow(this, gcam);

  protected override render(): unknown {
    return html`<wa-radio-group label=${t("cameras")} value=${this.value === null ? "all" : "some"} @change=${this.choose}>
        <wa-radio value="all">${t("all_cameras")}</wa-radio>
        <wa-radio value="some">${t("some_cameras")}</wa-radio>
      </wa-radio-group>
      ${this.value === null
        ? nothing
        : html`<fieldset aria-label=${t("some_cameras")}>
            ${(this.gcam.value.cameras ?? []).map(
              ({ id, name }) =>
                html`<wa-checkbox ?checked=${this.value?.includes(id) ?? false} @change=${() => this.toggle(id)}
                  >${name}</wa-checkbox
                >`,
            )}
          </fieldset>`}`;
  }

  private choose(event: Event): void {
    this.value = (event.target as HTMLElement & { value: string }).value === "all" ? null : (this.value ?? []);
  }

  private toggle(id: string): void {
    const chosen = this.value ?? [];
    this.value = chosen.includes(id) ? chosen.filter((known) => known !== id) : [...chosen, id];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-camera-choice": CameraChoice;
  }
}
