/** `<gcam-camera-tile>`: one camera among others. A link to it alone. */
import { mdiRecordCircle } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../../components/clock.js";
import "../../components/icon.js";
import "../../components/live-picture.js";
import { number } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { offOf, type Camera } from "../../state/gcam.js";
import { unseen } from "../../styles/unseen.js";
import { labelOf, lookOf, problemOf } from "./status.js";
import { hashOf } from "../../routes.js";

const t = words("live");

@customElement("gcam-camera-tile")
export class CameraTile extends LitElement {
  static override styles = css`
    :host {
      display: block;
      position: relative;
      min-width: 0;
      --look: var(--gcam-disabled);
    }
    :host([look="connected"]) {
      --look: var(--gcam-connected);
    }
    :host([look="motion"]) {
      --look: var(--gcam-motion);
    }
    :host([look="recording"]) {
      --look: var(--gcam-recording);
    }
    :host([look="reconnecting"]) {
      --look: var(--gcam-reconnecting);
    }
    :host([look="lost"]),
    :host([look="unseeing"]) {
      --look: var(--gcam-lost);
    }
    :host([look="privacy"]) {
      --look: var(--gcam-privacy);
    }
    a {
      position: relative;
      display: flex;
      flex-direction: column;
      height: 100%;
      box-sizing: border-box;
      border: 3px solid transparent;
      border-radius: var(--wa-border-radius-l);
      overflow: hidden;
      background: var(--wa-color-surface-lowered);
      color: inherit;
      text-decoration: none;
    }
    a:focus-visible {
      outline: var(--wa-focus-ring);
      outline-offset: 2px;
    }
    :host([look="motion"]) a {
      border-color: var(--look);
      animation: pulse 1.2s ease-in-out infinite alternate;
    }
    @keyframes pulse {
      to {
        border-color: transparent;
      }
    }
    @media (prefers-reduced-motion: reduce) {
      a {
        animation: none !important;
      }
    }
    .picture {
      position: relative;
      flex: 1;
      min-height: 0;
      aspect-ratio: var(--aspect, 4 / 3);
      background: #000;
    }
    gcam-live-picture {
      position: absolute;
      inset: 0;
    }
    .why {
      position: absolute;
      inset: 0;
      display: grid;
      place-content: center;
      gap: var(--wa-space-2xs);
      padding: var(--wa-space-s);
      text-align: center;
      text-wrap: balance;
      font-size: var(--wa-font-size-s);
      color: #e2e8f0;
      background: rgb(15 23 42 / 0.85);
      overflow: hidden;
    }
    .told {
      ${unseen} /* read aloud */
    }
    footer {
      display: flex;
      flex-wrap: wrap; /* where people read large letters */
      align-items: center;
      gap: 0 var(--wa-space-xs);
      padding: 0 var(--wa-space-xs);
      min-height: 2.1rem;
      font-size: var(--wa-font-size-s);
      white-space: nowrap;
    }
    .name {
      font-weight: 600;
      overflow: hidden;
      text-overflow: ellipsis;
    }
    .status {
      display: inline-flex;
      align-items: center;
      gap: 0.35em;
      flex: none;
      margin-inline-start: auto;
      max-width: 100%;
      overflow: hidden;
      text-overflow: ellipsis;
      color: var(--wa-color-text-normal);
    }
    .status::before {
      content: "";
      flex: none;
      width: 0.65em;
      height: 0.65em;
      border-radius: 50%;
      background: var(--look);
    }
    .fps {
      color: var(--wa-color-text-quiet);
    }
    .recording {
      color: var(--gcam-recording);
    }
  `;

  @property({ attribute: false }) camera!: Camera;
  @property({ reflect: true }) look = "disabled";

  override willUpdate(): void {
    this.look = lookOf(this.camera);
  }

  protected override render(): unknown {
    const { camera } = this;
    const { state } = camera;
    const problem = problemOf(camera);
    const label = labelOf(camera);
    return html`<a href=${hashOf("live/:camera", { camera: camera.id })}>
      <div class="picture">
        ${offOf(camera)
          ? nothing
          : html`<gcam-live-picture camera=${camera.id} label=${t("picture_of", { name: camera.name })}></gcam-live-picture>`}
        ${state?.status === "connected" ? nothing : html`<div class="why"><strong>${label}</strong><span>${problem}</span></div>`}
      </div>
      <footer>
        <span class="name">${camera.name}</span>
        ${state?.recording ? html`<gcam-icon class="recording" .path=${mdiRecordCircle}></gcam-icon>` : nothing}
        <span class="status">${state?.status === "connected" ? problem || label : t(`status.${state?.status ?? "disabled"}`)}</span>
        ${state?.status === "connected"
          ? html`<gcam-clock class="fps"></gcam-clock><span class="fps">${t("fps", { fps: number(state.fps) })}</span>`
          : nothing}
      </footer>
    </a>
    <p class="told" role="status">${state?.status === "connected" && !problem ? nothing : [camera.name, label, problem].filter(Boolean).join(". ")}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-camera-tile": CameraTile;
  }
}
