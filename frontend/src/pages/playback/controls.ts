/** Play, pause, next, frame by frame, speed. Says what is wanted to the conductor; `gcam-frame` asks for one frame on. */
import {
  mdiArrowCollapseHorizontal,
  mdiArrowExpandHorizontal,
  mdiFullscreen,
  mdiPause,
  mdiPlay,
  mdiSkipNext,
  mdiSkipPrevious,
  mdiStepBackward,
  mdiStepForward,
} from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { iconButton } from "../../components/icon-button.js";
import { InTurn } from "../../components/in-turn.js";
import { number, timeFormat } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import type { Conductor } from "../../media/conductor.js";
import { Follow } from "../../state/store.js";
import { buttons } from "../../styles/buttons.js";
import { choices } from "../../styles/choices.js";

export const SPEEDS = [0.5, 1, 2, 4, 8, 16] as const;
const t = words("playback");

/** The speed after (+1) or before (-1) `rate`. */
export function nextSpeed(rate: number, direction: 1 | -1): number {
  const index = SPEEDS.findIndex((speed) => speed >= rate);
  return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, index + direction))] ?? 1;
}

@customElement("gcam-playback-controls")
export class GcamPlaybackControls extends InTurn(LitElement) {
  static override styles = css`
    ${buttons}
    ${choices}
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: center;
      gap: var(--wa-space-2xs);
    }
    .time {
      font-variant-numeric: tabular-nums;
      font-weight: 600;
      min-width: 7.5rem;
      text-align: center;
    }
    .zoom {
      display: flex;
    }
    .button {
      --wa-form-control-padding-inline: 0.7em;
    }
  `;

  @property({ attribute: false }) conductor!: Conductor;
  @property() zone = "UTC";
  private following: object[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.following.length === 0)
      this.following = [new Follow(this, this.conductor.state), new Follow(this, this.conductor.time, Math.floor)];
  }

  protected override render(): unknown {
    const { playing, rate } = this.conductor.state.value;
    const at = this.conductor.time.value;
    return html`
      ${this.button("previous", mdiSkipPrevious, () => this.conductor.previous())}
      ${this.button("frame_back", mdiStepBackward, () => this.frame(-1))}
      ${this.button(playing ? "pause" : "play", playing ? mdiPause : mdiPlay, () => this.conductor.toggle(), "brand")}
      ${this.button("frame_on", mdiStepForward, () => this.frame(1))}
      ${this.button("next", mdiSkipNext, () => this.conductor.next())}
      <span class="time">${at ? timeFormat({ timeZone: this.zone, timeStyle: "medium" }).format(at * 1000) : "–"}</span>
      <select aria-label=${t("speed")} @change=${this.speed}>
        ${SPEEDS.map((speed) => html`<option value=${speed} .selected=${live(speed === rate)}>${number(speed, 1)}×</option>`)}
      </select>
      <span class="zoom">
        ${this.button("zoom_out", mdiArrowCollapseHorizontal, () => this.say("gcam-zoom", 2))}
        ${this.button("zoom_in", mdiArrowExpandHorizontal, () => this.say("gcam-zoom", 0.5))}
        ${this.button("full_screen", mdiFullscreen, () => this.say("gcam-full-screen", undefined))}
      </span>`;
  }

  private button(name: string, icon: string, run: () => void, look = "plain"): unknown {
    return iconButton({ label: t(name), icon, run, class: look });
  }

  private readonly speed = (event: Event): void => {
    this.conductor.setRate(Number((event.target as HTMLSelectElement).value));
  };

  private frame(direction: 1 | -1): void {
    this.say("gcam-frame", direction);
  }

  private say(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-playback-controls": GcamPlaybackControls;
  }
}
