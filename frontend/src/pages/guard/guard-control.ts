/** `<gcam-guard-control>`: where the guard stands, large, and what one can do about it. */
import { mdiAlarmLightOutline, mdiBellOff, mdiCheckAll, mdiDebugStepOver, mdiLockOpenVariantOutline } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Result } from "../../api/client.js";
import { acknowledge, arm, disarm, guardNow, silence, skipDelay, trigger, type Guard, type GuardNow } from "../../api/guard.js";
import "../../components/countdown.js";
import "../../components/empty.js";
import { GuardSounds } from "../../components/guard-sounds.js";
import "../../components/icon.js";
import { messageOf } from "../../components/notify.js";
import { WhileVisible } from "../../components/while-visible.js";
import { dateTime, time } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { hashOf } from "../../routes.js";
import { gcam, onEvent } from "../../state/gcam.js";
import { modeName, PHASE_ICONS } from "../../state/guard.js";
import { may } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import "./alarm-card.js";
import { announced } from "./announced.js";
import "./code-pad.js";
import { guardStyles } from "./guard-control.styles.js";
import "./mode-cards.js";
import type { Wanted } from "./mode-cards.js";
import { listed } from "./watched.js";

const t = words("guard");
const common = words("common");
const LOOKS_MS = 30_000;
const SOON_MS = 300;

@customElement("gcam-guard-control")
export class GuardControl extends LitElement {
  static override styles = guardStyles;

  /** What is there to be armed. */
  @state() private now: GuardNow | undefined;
  /** To be armed as soon as there is a code for it. */
  @state() private wanted: Wanted | undefined;
  /** An alarm by hand, once it is said again. */
  @state() private raising = false;
  @state() private problem = "";
  @state() private busy = false;
  private readonly gcam = new Follow(this, gcam);
  private endListening: (() => void) | undefined;
  private soon: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new GuardSounds(this);
    new WhileVisible(this, LOOKS_MS, () => this.load());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.endListening = onEvent(({ type }) => {
      if (type === "hello" || type === "guard_changed" || type === "camera_changed") this.loadSoon();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.endListening?.();
    clearTimeout(this.soon);
    this.soon = undefined;
  }

  protected override render(): unknown {
    const { guard } = this.gcam.value;
    if (guard === undefined) return nothing;
    if (guard === null) return html`<gcam-empty .icon=${PHASE_ICONS.disarmed} .heading=${t("of_all")} .text=${t("of_all_text")}></gcam-empty>`;
    const now = announced(guard, this.name);
    return html`<p class="unseen" role="status">${now.politely}</p>
      <p class="unseen" role="alert">${now.atOnce}</p>
      <div class="columns">
        <div class="stack">${this.standing(guard)} ${this.pad(guard)}</div>
        <div class="stack">
          ${guard.alarm ? html`<section class="panel alarm"><gcam-alarm-card .alarm=${guard.alarm}></gcam-alarm-card></section>` : nothing}
          ${this.modes(guard)}
        </div>
      </div>`;
  }

  private standing(guard: Guard): unknown {
    const { phase, mode, since, until, doer } = guard;
    const counts = phase === "arming" || phase === "entry";
    const who = doer.name || t(`via.${doer.via}`);
    return html`<section class="standing" data-phase=${phase}>
      <gcam-icon .path=${PHASE_ICONS[phase]}></gcam-icon>
      <h2>${common(`guard.${phase}`)}${mode ? html` <span>${modeName(mode)}</span>` : nothing}</h2>
      ${counts && until !== null ? html`<gcam-countdown until=${until}></gcam-countdown>` : nothing}
      <p>${t(`text.${phase}`)}</p>
      <p class="quiet">${t("since", { when: dateTime(since), who })}</p>
      ${guard.bypassed.length > 0 ? html`<p>${t("bypassed", { cameras: this.names(guard.bypassed) })}</p>` : nothing}
      ${guard.planned
        ? html`<p>${t("planned", { mode: modeName(guard.planned.mode), when: time(guard.planned.at, false) })} <gcam-countdown until=${guard.planned.at}></gcam-countdown></p>`
        : nothing}
      ${this.now?.next_at != null ? html`<p class="quiet">${t("next", { when: dateTime(this.now.next_at) })}</p>` : nothing}
      ${this.outOfTouch()} ${may("control") ? this.actions(guard) : html`<p class="quiet">${t("look_only")}</p>`}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
    </section>`;
  }

  /** What stands here may be wrong by now. */
  private outOfTouch(): unknown {
    return this.gcam.value.connection === "lost" ? html`<p class="problem">${t("out_of_touch")}</p>` : nothing;
  }

  private actions(guard: Guard): unknown {
    const { phase, planned, alarm, sounds } = guard;
    const disarms = (phase !== "disarmed" || planned !== null) && !this.asksCode;
    return html`<div class="actions">
      ${disarms ? this.action("brand", mdiLockOpenVariantOutline, t(phase === "disarmed" ? "cancel_plan" : "disarm"), () => disarm()) : nothing}
      ${sounds ? this.action("outlined", mdiBellOff, t("silence"), silence) : nothing}
      ${phase === "arming" ? this.action("outlined", mdiDebugStepOver, t("skip"), skipDelay) : nothing}
      ${alarm && phase !== "alarm" ? this.action("outlined", mdiCheckAll, t("acknowledge"), acknowledge) : nothing}
    </div>`;
  }

  private action(look: string, icon: string, label: string, wish: () => Promise<Result<Guard>>): unknown {
    return html`<button type="button" class="button large ${look}" ?disabled=${this.busy} @click=${() => this.run(wish)}>
      <gcam-icon .path=${icon}></gcam-icon>${label}
    </button>`;
  }

  /** While a code is what it takes, its pad is there: nobody has to look for it while time runs out. */
  private pad({ phase, planned }: Guard): unknown {
    if (!may("control") || !this.asksCode) return nothing;
    const { wanted } = this;
    if (!wanted && phase === "disarmed" && !planned) return nothing;
    const purpose = wanted ? t("code.arm", { mode: wanted.name }) : t(phase === "disarmed" ? "code.cancel" : "code.disarm");
    return html`<section class="panel">
      <gcam-code-pad label=${purpose} ?busy=${this.busy} @gcam-code=${({ detail }: CustomEvent<string>) => this.give(detail)}></gcam-code-pad>
      ${wanted ? html`<button type="button" class="button plain" @click=${() => (this.wanted = undefined)}>${common("cancel")}</button>` : nothing}
    </section>`;
  }

  private modes(guard: Guard): unknown {
    const { now } = this;
    if (!now || guard.phase === "entry" || guard.phase === "alarm" || this.wanted) return nothing;
    const others = now.modes.filter(({ id }) => id !== guard.mode?.id);
    const cards = html`<gcam-mode-cards
        .modes=${others}
        ?busy=${this.busy}
        @gcam-arm=${({ detail }: CustomEvent<Wanted>) => this.arm(detail)}
      ></gcam-mode-cards>
      ${may("control") ? this.byHand() : nothing}`;
    if (guard.phase === "disarmed") return html`${cards} ${this.hints(now)}`;
    return html`<details>
      <summary>${t("otherwise")}</summary>
      ${cards}
    </details>`;
  }

  private hints({ asks_code, modes }: GuardNow): unknown {
    if (!may("configure")) return nothing;
    const settings = html`<a href=${hashOf("guard", { tab: "settings" })}>${t("settings")}</a>`;
    if (modes.every(({ watches }) => watches.length === 0)) return html`<p class="hint">${t("hint.nothing")} ${settings}</p>`;
    return asks_code ? nothing : html`<p class="hint">${t("hint.no_code")} ${settings}</p>`;
  }

  /** Asked once more where it stands: a dialog would cover the countdown. */
  private byHand(): unknown {
    if (!this.raising)
      return html`<p>
        <button type="button" class="button outlined danger" @click=${() => (this.raising = true)}>
          <gcam-icon .path=${mdiAlarmLightOutline}></gcam-icon>${t("by_hand")}
        </button>
      </p>`;
    return html`<div class="panel" role="group" aria-label=${t("by_hand")}>
      <p>${t("by_hand_text")}</p>
      <button type="button" class="button outlined danger" ?disabled=${this.busy} @click=${this.raise}>
        <gcam-icon .path=${mdiAlarmLightOutline}></gcam-icon>${t("by_hand_yes")}
      </button>
      <button type="button" class="button plain" @click=${() => (this.raising = false)}>${common("cancel")}</button>
    </div>`;
  }

  private get asksCode(): boolean {
    return this.now?.asks_code ?? false;
  }

  private readonly raise = (): void => {
    this.raising = false;
    void this.run(trigger);
  };

  private async arm(wanted: Wanted): Promise<void> {
    const isArmed = this.gcam.value.guard?.phase !== "disarmed";
    if (this.asksCode && (wanted.needs_code || isArmed)) {
      this.problem = "";
      this.wanted = wanted;
      await this.updateComplete;
      this.renderRoot.querySelector("gcam-code-pad")?.focus();
    } else await this.run(() => arm(wanted.arming));
  }

  private give(code: string): Promise<void> {
    const { wanted } = this;
    return this.run(() => (wanted ? arm({ ...wanted.arming, code }) : disarm(code)));
  }

  private async run(wish: () => Promise<Result<Guard>>): Promise<void> {
    this.busy = true;
    const answer = await wish();
    this.busy = false;
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) { this.loadSoon(); return; }
    this.wanted = undefined;
    gcam.update((state) => ({ ...state, guard: answer.value }));
  }

  private loadSoon(): void {
    this.soon ??= setTimeout(() => void this.load(), SOON_MS);
  }

  private async load(): Promise<void> {
    clearTimeout(this.soon);
    this.soon = undefined;
    const answer = await guardNow();
    if (answer.ok) this.now = answer.value;
  }

  private readonly name = (camera: string): string => this.gcam.value.cameras?.find(({ id }) => id === camera)?.name ?? camera;

  private names(cameras: readonly string[]): string {
    return listed(cameras.map(this.name));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-guard-control": GuardControl;
  }
}
