/** The cameras there are: how each stands, what it does, and the way to its settings. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { mdiArrowDown, mdiArrowUp, mdiCctv, mdiPencil, mdiPlus, mdiTuneVariant } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { api, ask, urlOf } from "../../api/client.js";
import "../../components/empty.js";
import { heading } from "../../components/heading.js";
import "../../components/icon.js";
import { notifyError } from "../../components/notify.js";
import { relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { gcam, now_s, offOf, type Camera } from "../../state/gcam.js";
import { moved } from "../../state/groups.js";
import { camerasStyles } from "./cameras.styles.js";
import { hashOf } from "../../routes.js";

const t = words("cameras");
const REFRESH_MS = 20_000;

@customElement("gcam-camera-list")
export class CameraList extends LitElement {
  static override styles = [
    camerasStyles,
    css`
      li {
        display: grid;
        grid-template-columns: 8rem minmax(0, 1fr) auto;
        gap: var(--wa-space-s) var(--wa-space-m);
        align-items: center;
        padding: var(--wa-space-s);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        background: var(--wa-color-surface-raised);
      }
      .picture {
        aspect-ratio: 4 / 3;
        border-radius: var(--wa-border-radius-m);
        overflow: hidden;
        background: var(--wa-color-surface-lowered);
        display: grid;
        place-items: center;
        color: var(--wa-color-text-quiet);
        font-size: 1.5rem;
      }
      .picture img {
        height: 100%;
        object-fit: cover;
      }
      .status {
        display: flex;
        align-items: baseline;
        gap: var(--wa-space-xs);
      }
      .status::before {
        content: "";
        flex: none;
        width: 0.7em;
        height: 0.7em;
        border-radius: 50%;
        background: var(--status-colour);
      }
      .connected {
        --status-colour: var(--gcam-connected);
      }
      .connecting,
      .reconnecting {
        --status-colour: var(--gcam-reconnecting);
      }
      .lost {
        --status-colour: var(--gcam-lost);
      }
      .disabled {
        --status-colour: var(--gcam-disabled);
      }
      .privacy {
        --status-colour: var(--gcam-privacy);
      }
      .what {
        display: grid;
        gap: var(--wa-space-2xs);
      }
      .further {
        display: flex;
        gap: var(--wa-space-s);
      }
      @media (max-width: 700px) {
        li {
          grid-template-columns: 5.5rem minmax(0, 1fr);
        }
        .buttons {
          grid-column: 1 / -1;
        }
        .further {
          flex: 1 1 100%; /* side by side, below the rest */
        }
        .further > * {
          flex: 1;
        }
      }
    `,
  ];

  @property({ attribute: false }) cameras: readonly Camera[] = [];
  @state() private shownAt = Date.now();
  @state() private switching: ReadonlySet<string> = new Set();
  private moved: { id: string; step: 1 | -1 } | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => {
      if (!document.hidden) this.shownAt = Date.now();
    }, REFRESH_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected override render(): unknown {
    const add = html`<wa-button variant="brand" href=${hashOf("cameras", { add: 1 })}>
      <gcam-icon slot="start" .path=${mdiPlus}></gcam-icon>${t("add")}
    </wa-button>`;
    if (this.cameras.length === 0)
      return html`<gcam-empty .icon=${mdiCctv} .heading=${t("none")} .text=${t("none_text")}>${add}</gcam-empty>`;
    return html`
      <div class="head"><h1 ${heading()}>${t("title")}</h1>${add}</div>
      <ul>
        ${repeat(this.cameras, ({ id }) => id, (camera) => this.row(camera))}
      </ul>
    `;
  }

  private row(camera: Camera): unknown {
    const status = camera.state?.status ?? "disabled";
    return html`<li data-camera=${camera.id}>
      <div class="picture">${this.picture(camera)}</div>
      <div class="what">
        <h2>${camera.name}${camera.group ? html` <small class="quiet">${camera.group}</small>` : nothing}</h2>
        <span class="status ${status}">${t(`status.${status}`)}${this.since(camera)}</span>
        <span class="quiet">${this.doing(camera)}</span>
        ${camera.state?.problem ? html`<span class="quiet">${this.problem(camera)}</span>` : nothing}
        ${camera.state?.hd?.recorded === false
          ? html`<span class="quiet">${sentence(camera.state.hd.sd_reason_said, camera.state.hd.sd_reason ?? "")}</span>`
          : nothing}
      </div>
      <div class="buttons">
        ${this.cameras.length > 1 ? html`${this.mover(camera, -1)} ${this.mover(camera, 1)}` : nothing}
        <wa-switch .checked=${live(camera.enabled)} ?disabled=${this.switching.has(camera.id)}
          @change=${(event: Event) => void this.enable(camera, (event.target as HTMLInputElement).checked)}
          >${t("enabled")}${unseen(camera)}</wa-switch>
        <div class="further">
          <wa-button size="s" appearance="outlined" href=${hashOf("cameras/:camera/tune", { camera: camera.id })}>
            <gcam-icon slot="start" .path=${mdiTuneVariant}></gcam-icon>${t("tune")}${unseen(camera)}
          </wa-button>
          <wa-button size="s" appearance="outlined" href=${hashOf("cameras/:camera", { camera: camera.id })}>
            <gcam-icon slot="start" .path=${mdiPencil}></gcam-icon>${t("edit")}${unseen(camera)}
          </wa-button>
        </div>
      </div>
    </li>`;
  }

  private mover(camera: Camera, step: 1 | -1): unknown {
    const label = t(step < 0 ? "move_up" : "move_down", { name: camera.name });
    const end = step < 0 ? this.cameras[0] : this.cameras.at(-1);
    return html`<wa-button class=${step < 0 ? "up" : "down"} size="s" appearance="plain" aria-label=${label} title=${label}
      ?disabled=${camera === end} @click=${() => void this.move(camera, step)}
      ><gcam-icon .path=${step < 0 ? mdiArrowUp : mdiArrowDown}></gcam-icon></wa-button>`;
  }

  /** For everybody. */
  private async move(camera: Camera, step: 1 | -1): Promise<void> {
    const cameras = moved(this.cameras.map(({ id }) => id), camera.id, step);
    const answer = await ask(api.PUT("/api/v1/camera-order", { body: { cameras: [...cameras] } }));
    if (!answer.ok) {
      notifyError(answer.error);
      return;
    }
    this.moved = { id: camera.id, step };
    gcam.update((state) => ({ ...state, cameras: answer.value.cameras }));
  }

  /** A row that moves loses the focus. */
  protected override updated(): void {
    if (!this.moved) return;
    const row = this.renderRoot.querySelector(`li[data-camera="${this.moved.id}"]`);
    const [wanted, other] = this.moved.step < 0 ? ["up", "down"] : ["down", "up"];
    const button = row?.querySelector<HTMLElement>(`.${wanted}:not([disabled])`) ?? row?.querySelector<HTMLElement>(`.${other}`);
    button?.focus();
    this.moved = undefined;
  }

  private picture(camera: Camera): unknown {
    if (!camera.state?.last_frame_at || offOf(camera)) return html`<gcam-icon .path=${mdiCctv}></gcam-icon>`;
    const src = urlOf(`/api/v1/cameras/${camera.id}/snapshot.jpg`, { at: this.shownAt });
    return html`<img src=${src} alt=${t("newest_of", { name: camera.name })} loading="lazy" />`;
  }

  private since({ state }: Camera): string {
    if (!state || state.status === "connected" || state.status === "disabled") return "";
    return ` · ${relative(state.since, now_s())}`;
  }

  private problem({ state }: Camera): string {
    const code = [state?.problem_said?.code, state?.problem_code].find((one) => one && PROBLEMS.has(one));
    return code ? t(`problem.${code}`) : sentence(state?.problem_said, state?.problem ?? "");
  }

  private doing(camera: Camera): string {
    const detection = t(camera.detection.enabled ? "detection_on" : "detection_off");
    const mode = camera.recording.enabled ? (camera.recording.mode ?? "motion") : "off";
    const size = camera.state?.size;
    const hd = camera.state?.hd?.size;
    const shown = [size, hd].map((one) => (one ? ` · ${one.width}×${one.height}` : "")).join("");
    return `${detection} · ${t(`records.${mode}`)}${shown}`;
  }

  private async enable(camera: Camera, enabled: boolean): Promise<void> {
    this.switching = new Set([...this.switching, camera.id]);
    const path = { id: camera.id };
    const answer = await ask(api.PATCH("/api/v1/cameras/{id}", { params: { path }, body: { enabled } }));
    if (!answer.ok) notifyError(answer.error);
    this.switching = new Set([...this.switching].filter((id) => id !== camera.id));
  }
}

/** For screen readers, which meet the same button at every camera. */
function unseen(camera: Camera): unknown {
  return html`<span class="unseen"> ${camera.name}</span>`;
}

/** Problems of which the page has its own words. */
export const PROBLEMS: ReadonlySet<string> = new Set([
  "push_keyless",
  "push_nobody",
  "unreachable",
  "stalled",
  "protocol",
  "board_nobodys",
  "board_other_token",
  "perhaps_unclaimed",
  "rejected",
  "defect",
  "detection",
  "masks",
  "covered",
  "blinded",
  "turned",
]);

declare global {
  interface HTMLElementTagNameMap {
    "gcam-camera-list": CameraList;
  }
}
