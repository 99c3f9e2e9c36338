/** `<gcam-guard-sign>`: where the guard stands, on pages that are about something else; of an alarm what, where and when, and what ends it. */
import { mdiBellOff, mdiCheckAll, mdiLockOpenVariantOutline } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Result } from "../api/client.js";
import { acknowledge, silence, type Guard } from "../api/guard.js";
import { time } from "../i18n/format.js";
import { loadWords, words } from "../i18n/i18n.js";
import { hashOf } from "../routes.js";
import { gcam } from "../state/gcam.js";
import { modeName, PHASE_ICONS } from "../state/guard.js";
import { may } from "../state/session.js";
import { Follow } from "../state/store.js";
import { saidOf } from "./alarm-cause.js";
import "./countdown.js";
import { signStyles } from "./guard-sign.styles.js";
import "./icon.js";
import { notifyError } from "./notify.js";

const t = words("common");
const ofGuard = words("guard");

@customElement("gcam-guard-sign")
export class GuardSign extends LitElement {
  static override styles = signStyles;

  /** Over pictures that fill the screen. */
  @property({ type: Boolean, reflect: true }) over = false;
  /** The words are there. */
  @state() private ready = false;
  @state() private busy = false;
  private readonly gcam = new Follow(this, gcam);

  override connectedCallback(): void {
    super.connectedCallback();
    void loadWords("guard").then(() => (this.ready = true));
  }

  protected override render(): unknown {
    const { guard } = this.gcam.value;
    if (!guard || !this.ready) return nothing;
    const past = guard.alarm !== null && guard.phase !== "alarm" && guard.phase !== "entry";
    const phase = past ? "alarm" : guard.phase;
    const counts = guard.phase === "arming" || guard.phase === "entry";
    return html`<section data-phase=${phase} aria-label=${t("nav.guard")}>
      <a href=${hashOf("guard")}>
        <gcam-icon .path=${PHASE_ICONS[phase]}></gcam-icon>
        <span role="status"><strong>${past ? t("guard.past") : t(`guard.${phase}`)}</strong> ${past || !guard.mode ? "" : modeName(guard.mode)}${this.why(guard)}</span>
        ${counts && guard.until !== null ? html`<gcam-countdown until=${guard.until}></gcam-countdown>` : nothing}
      </a>
      ${may("control") ? this.actions(guard, past) : nothing}
    </section>`;
  }

  /** “Yard: person · 14:02”. */
  private why({ phase, entered, alarm }: Guard): unknown {
    const cause = phase === "entry" ? entered : alarm?.causes[0];
    return cause ? html`<small>${saidOf(cause, this.name)} · ${time(cause.at)}</small>` : nothing;
  }

  /** A code is given on the guard's own page. */
  private actions({ phase, sounds, alarm }: Guard, past: boolean): unknown {
    const disarms = phase === "entry" || phase === "alarm";
    return html`<div>
      ${sounds ? this.action(mdiBellOff, ofGuard("silence"), silence) : nothing}
      ${past && alarm?.ended_at != null ? this.action(mdiCheckAll, ofGuard("acknowledge"), acknowledge) : nothing}
      ${disarms ? html`<a class="button brand" href=${hashOf("guard")}><gcam-icon .path=${mdiLockOpenVariantOutline}></gcam-icon>${ofGuard("disarm")}</a>` : nothing}
    </div>`;
  }

  private action(icon: string, label: string, wish: () => Promise<Result<Guard>>): unknown {
    return html`<button type="button" class="button outlined" ?disabled=${this.busy} @click=${() => this.run(wish)}>
      <gcam-icon .path=${icon}></gcam-icon>${label}
    </button>`;
  }

  private async run(wish: () => Promise<Result<Guard>>): Promise<void> {
    this.busy = true;
    const answer = await wish();
    this.busy = false;
    if (answer.ok) gcam.update((known) => ({ ...known, guard: answer.value }));
    else notifyError(answer.error);
  }

  private readonly name = (camera: string): string => this.gcam.value.cameras?.find(({ id }) => id === camera)?.name ?? camera;
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-guard-sign": GuardSign;
  }
}
