/** `<gcam-camera-view>`: one camera large, with what can be done and known of it. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js";
import "@awesome.me/webawesome/dist/components/dropdown/dropdown.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { mdiArrowLeft, mdiCameraOutline, mdiCctvOff, mdiFullscreen, mdiPictureInPictureBottomRight, mdiRecord, mdiStop } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { api, ask, urlOf } from "../../api/client.js";
import "../../components/direct-picture.js";
import "../../components/empty.js";
import { heading } from "../../components/heading.js";
import "../../components/h264-picture.js";
import "../../components/icon.js";
import "../../components/live-picture.js";
import { notify, notifyError } from "../../components/notify.js";
import "../../components/zoom-frame.js";
import { words } from "../../i18n/i18n.js";
import { canPlayH264, canPlayH265 } from "../../media/h264-feed.js";
import { canFloat, float } from "../../media/picture-in-picture.js";
import { go } from "../../router.js";
import { hashOf } from "../../routes.js";
import { gcam, offOf, type Camera, type CameraState } from "../../state/gcam.js";
import { keep, kept } from "../../state/kept.js";
import { may } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import "./camera-facts.js";
import "./camera-lamp.js";
import { cameraViewStyles } from "./camera-view.styles.js";
import { Direct } from "./direct.js";
import "./last-clips.js";
import { labelOf, lookOf, problemOf } from "./status.js";

const t = words("live");
const H264_KEY = "gcam-live-h264";
const DURATIONS_S = [30, 60, 300, 900];
const SWITCHES = ["detection", "recording", "privacy"] as const;

@customElement("gcam-camera-view")
export class CameraView extends LitElement {
  static override styles = cameraViewStyles;

  @property({ attribute: "camera-id" }) cameraId = "";
  @query("gcam-live-picture") private readonly picture: HTMLElement | null | undefined;
  @query(".stage") private readonly stage!: HTMLElement;
  /** What the person chose; else a camera that sends video itself is shown so. */
  @state() private chosen = kept(H264_KEY);
  private readonly gcam = new Follow(this, gcam);
  private readonly direct = new Direct(this);

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.leave);
  }

  protected override willUpdate(): void {
    if (this.shown) this.direct.look(this.shown);
  }

  protected override render(): unknown {
    const camera = this.gcam.value.cameras?.find(({ id }) => id === this.cameraId);
    if (!camera)
      return html`<gcam-empty .icon=${mdiCctvOff} .heading=${t("no_such_camera")}><a href=${hashOf("live")}>${t("all")}</a></gcam-empty>`;
    const problem = problemOf(camera);
    return html`<header>
        <a class="back" href=${hashOf("live")} aria-label=${t("all")}><gcam-icon .path=${mdiArrowLeft}></gcam-icon></a>
        <h1 ${heading()}>${camera.name}</h1>
        <span class="status" data-look=${lookOf(camera)}>${labelOf(camera)}</span>
      </header>
      <div class="columns">
        <div>
          <div class="stage">
            <gcam-zoom-frame of=${camera.id} label=${t("picture_of", { name: camera.name })}>
              ${offOf(camera) ? nothing : this.shownOf(camera)}
            </gcam-zoom-frame>
            <p class="why" role="status">${problem}</p>
          </div>
          ${this.buttons(camera)}
        </div>
        <aside>
          ${may("control") ? this.switches(camera) : nothing}
          ${may("control") && camera.state ? html`<gcam-camera-lamp .camera=${camera.state}></gcam-camera-lamp>` : nothing}
          ${camera.state ? html`<gcam-camera-facts .state=${camera.state}></gcam-camera-facts>` : nothing}
          ${may("playback") ? html`<gcam-last-clips camera-id=${camera.id}></gcam-last-clips>` : nothing}
        </aside>
      </div>`;
  }

  private shownOf(camera: Camera): unknown {
    if (!this.direct.on) return this.smooth ? this.video(camera) : this.pictures(camera);
    return html`<gcam-direct-picture
      class="picture"
      camera=${camera.id}
      label=${t("picture_of", { name: camera.name })}
      @direct-over=${({ detail }: CustomEvent<string>) => this.direct.end(detail)}
    ></gcam-direct-picture>`;
  }

  /** Of a second address only where it sends JPEGs: they are not made of what is large. */
  private pictures({ id, name, state }: Camera): unknown {
    return html`<gcam-live-picture class="picture" camera=${id} ?hd=${state?.hd?.codec === "mjpeg"} label=${t("picture_of", { name })}></gcam-live-picture>`;
  }

  private video({ id, name, state }: Camera): unknown {
    return html`<gcam-h264-picture
      class="picture"
      camera=${id}
      ?hd=${state?.hd != null}
      label=${t("picture_of", { name })}
      .sound=${largeOf(state)?.sound ?? false}
    ></gcam-h264-picture>`;
  }

  private buttons(camera: Camera): unknown {
    return html`<div class="buttons">
      ${may("control") ? this.recordButton(camera) : nothing}
      <wa-button appearance="outlined" href=${urlOf(`/api/v1/cameras/${camera.id}/snapshot.jpg${camera.state?.hd ? "?hd=1" : ""}`)} download=${`${camera.name}.jpg`}>
        <gcam-icon slot="start" .path=${mdiCameraOutline}></gcam-icon>${t("snapshot")}
      </wa-button>
      <wa-button appearance="outlined" @click=${() => void this.stage.requestFullscreen()}>
        <gcam-icon slot="start" .path=${mdiFullscreen}></gcam-icon>${t("full_screen")}
      </wa-button>
      ${canFloat() && !this.smooth && !this.direct.on
        ? html`<wa-button appearance="outlined" @click=${this.float}>
            <gcam-icon slot="start" .path=${mdiPictureInPictureBottomRight}></gcam-icon>${t("float")}
          </wa-button>`
        : nothing}
      ${this.onlyPictures ? html`<p class="quiet">${t("h265_pictures")}</p>` : nothing}
      ${this.direct.isOffered
        ? html`<wa-switch .checked=${live(this.direct.isChosen)} hint=${t("direct.text")} @change=${this.chooseDirect}>${t("direct.label")}</wa-switch>`
        : nothing}
      ${this.direct.note ? html`<p class="quiet" role="status">${this.direct.note}</p>` : nothing}
      ${canPlayH264() && !this.onlyPictures && !this.direct.on
        ? html`<wa-switch .checked=${live(this.smooth)} hint=${t(this.videoText)} @change=${this.chooseH264}>H.264</wa-switch>`
        : nothing}
    </div>`;
  }

  private recordButton({ state }: Camera): unknown {
    if (state?.status !== "connected") return nothing;
    if (state.manual_until !== null)
      return html`<wa-button variant="danger" @click=${() => this.record(null)}>
        <gcam-icon slot="start" .path=${mdiStop}></gcam-icon>${t("stop_recording")}
      </wa-button>`;
    return html`<wa-dropdown @wa-select=${this.recordFor}>
      <wa-button slot="trigger" variant="danger" appearance="outlined" with-caret>
        <gcam-icon slot="start" .path=${mdiRecord}></gcam-icon>${t("record")}
      </wa-button>
      ${DURATIONS_S.map((seconds) => html`<wa-dropdown-item value=${seconds}>${durationOf(seconds)}</wa-dropdown-item>`)}
    </wa-dropdown>`;
  }

  private switches(camera: Camera): unknown {
    const on = { detection: camera.detection.enabled, recording: camera.recording.enabled, privacy: camera.privacy };
    return html`<section class="switches">
      ${SWITCHES.map(
        (name) =>
          html`<wa-switch .checked=${live(on[name] ?? false)} @change=${(event: Event) => this.toggle(event, name)}
            >${t(`switches.${name}`)}</wa-switch
          >`,
      )}
    </section>`;
  }

  private recordFor(event: CustomEvent<{ item: { value: string } }>): void {
    void this.record(Number(event.detail.item.value));
  }

  private async record(seconds: number | null): Promise<void> {
    const params = { path: { id: this.cameraId } };
    const answer = await ask(api.POST("/api/v1/cameras/{id}/record", { params, body: { seconds } }));
    if (!answer.ok) notifyError(answer.error);
    else if (seconds) void notify({ text: t("recording_for", { time: durationOf(seconds) }), kind: "success" });
  }

  private async toggle(event: Event, name: (typeof SWITCHES)[number]): Promise<void> {
    const on = (event.target as HTMLElement & { checked: boolean }).checked;
    const params = { path: { id: this.cameraId } };
    const answer = await ask(api.PATCH("/api/v1/cameras/{id}/switches", { params, body: { [name]: on } }));
    if (!answer.ok) notifyError(answer.error);
    this.requestUpdate();
  }

  private get smooth(): boolean {
    if (!canPlayH264() || this.onlyPictures) return false;
    return this.chosen ? this.chosen === "1" : this.sendsVideo;
  }

  private get sendsVideo(): boolean {
    return this.codec === "h264" || this.codec === "hevc";
  }

  private get videoText(): string {
    if (this.codec === "hevc" && !canPlayH265()) return "h265_made";
    return this.sendsVideo ? "own_video_text" : "h264_text";
  }

  /** It sends H.265, which this browser does not play, and nothing else is to be made of it. */
  private get onlyPictures(): boolean {
    return this.codec === "hevc" && !canPlayH265() && this.shown?.make_h264 === false;
  }

  private get shown(): Camera | undefined {
    return this.gcam.value.cameras?.find(({ id }) => id === this.cameraId);
  }

  /** Of what is shown: where the large stream is one that this browser does not play, it is the small one. */
  private get codec(): CameraState["codec"] | undefined {
    const { state } = this.shown ?? {};
    const codec = largeOf(state)?.codec;
    return codec === "hevc" && !canPlayH265() ? state?.codec : codec;
  }

  private chooseDirect(event: Event): void {
    this.direct.choose((event.target as HTMLElement & { checked: boolean }).checked);
  }

  private chooseH264(event: Event): void {
    this.chosen = (event.target as HTMLElement & { checked: boolean }).checked ? "1" : "0";
    keep(H264_KEY, this.chosen);
  }

  private async float(): Promise<void> {
    const canvas = this.picture?.shadowRoot?.querySelector("canvas");
    if (canvas) await float(canvas);
  }

  private readonly leave = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !document.fullscreenElement && !event.defaultPrevented) go("live");
  };
}

/** What is shown large: the HD stream while it is there. */
function largeOf(state: CameraState | null | undefined): Pick<CameraState, "codec" | "sound"> | null | undefined {
  return state?.hd?.status === "connected" ? state.hd : state;
}

function durationOf(seconds: number): string {
  return seconds < 60 ? t("seconds", { count: seconds }) : t("minutes", { count: seconds / 60 });
}
