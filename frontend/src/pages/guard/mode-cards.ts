/** `<gcam-mode-cards>`: each mode with what it does, in sentences, before it is armed. Tells `gcam-arm`. */
import { mdiShieldLock } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Arming, Mode } from "../../api/guard.js";
import "../../components/icon.js";
import { words } from "../../i18n/i18n.js";
import { gcam } from "../../state/gcam.js";
import { modeName } from "../../state/guard.js";
import { may } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import { buttons } from "../../styles/buttons.js";
import { choices } from "../../styles/choices.js";
import { listed, sentencesOf } from "./watched.js";

const t = words("guard");
/** Minutes; 0: when people have left, -1: at once. */
const WHENS = [0, -1, 5, 10, 15, 30, 60, 120, 480] as const;

export interface Wanted {
  name: string;
  needs_code: boolean;
  arming: Arming;
}

/** What is asked of Gcam. Pure. */
export function armingOf({ id, troubles }: Pick<Mode, "id" | "troubles">, when: number): Arming {
  return { mode_id: id, in_s: Math.max(0, when) * 60, skip_delay: when === -1, force: when > 0 || troubles.length > 0 };
}

@customElement("gcam-mode-cards")
export class ModeCards extends LitElement {
  static override styles = [
    buttons,
    choices,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-m);
      }
      article {
        display: grid;
        gap: var(--wa-space-s);
        padding: var(--wa-space-m);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        background: var(--wa-color-surface-raised);
      }
      h3,
      p {
        margin: 0;
      }
      .trouble {
        padding-inline-start: var(--wa-space-s);
        border-inline-start: 4px solid var(--gcam-lost);
      }
      .button.large {
        height: auto;
        min-height: 4rem;
        padding-block: var(--wa-space-xs);
        font-size: var(--wa-font-size-l);
        white-space: normal;
      }
    `,
  ];

  @property({ attribute: false }) modes: readonly Mode[] = [];
  @property({ type: Boolean }) busy = false;
  @state() private when = 0;
  private readonly gcam = new Follow(this, gcam, ({ cameras }) => cameras);

  protected override render(): unknown {
    const controls = may("control") && this.modes.some(({ watches }) => watches.length > 0);
    return html`${controls ? this.whens() : nothing} ${this.modes.map((mode) => this.card(mode))}`;
  }

  private whens(): unknown {
    return html`<label class="choice"
      >${t("when.label")}
      <select @change=${(event: Event) => (this.when = Number((event.target as HTMLSelectElement).value))}>
        ${WHENS.map((minutes) => html`<option value=${minutes}>${whenWord(minutes)}</option>`)}
      </select>
    </label>`;
  }

  private card(mode: Mode): unknown {
    const away = mode.troubles.length;
    const none = mode.cameras.length === 0 || (away === mode.cameras.length && this.when <= 0);
    return html`<article>
      <h3>${modeName(mode)}</h3>
      <p>${sentencesOf(mode, this.name).join(" ")}</p>
      ${mode.troubles.map(({ camera_id, tamper }) => html`<p class="trouble">${t(`tamper.${tamper}`, { camera: this.name(camera_id) })}</p>`)}
      ${may("control")
        ? html`<button type="button" class="button large ${away ? "outlined" : "brand"}" ?disabled=${none || this.busy} @click=${() => this.arm(mode)}>
            <gcam-icon .path=${mdiShieldLock}></gcam-icon>${this.label(mode)}
          </button>`
        : nothing}
    </article>`;
  }

  private label(mode: Mode): string {
    const { troubles, cameras } = mode;
    const name = modeName(mode);
    if (this.when > 0) return t("arm_in", { mode: name, when: whenWord(this.when).toLowerCase() });
    if (troubles.length === 0 || troubles.length === cameras.length) return t("arm", { mode: name });
    return t("arm_anyway", { mode: name, cameras: listed(troubles.map(({ camera_id }) => this.name(camera_id))) });
  }

  private arm(mode: Mode): void {
    const detail: Wanted = { name: modeName(mode), needs_code: mode.needs_code, arming: armingOf(mode, this.when) };
    this.dispatchEvent(new CustomEvent("gcam-arm", { detail }));
  }

  private readonly name = (camera: string): string => this.gcam.value.cameras?.find(({ id }) => id === camera)?.name ?? camera;
}

function whenWord(minutes: number): string {
  if (minutes <= 0) return t(minutes === 0 ? "when.usual" : "when.at_once");
  return minutes < 60 ? t("when.minutes", { count: minutes }) : t("when.hours", { count: minutes / 60 });
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-mode-cards": ModeCards;
  }
}
