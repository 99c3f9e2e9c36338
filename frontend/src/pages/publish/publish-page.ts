/** `#/publish`: this device is a camera. Choose which of its cameras, see yourself, say as which camera of Gcam's, go. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { api, ask, socketUrlOf, type Schemas } from "../../api/client.js";
import { heading } from "../../components/heading.js";
import { notifyError } from "../../components/notify.js";
import { number } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { may } from "../../state/session.js";
import { WakeLock } from "../kiosk/wake-lock.js";
import { Battery } from "./battery.js";
import { Capture, mayCapture, open, type Wish } from "./capture.js";
import { canEncode, configOf } from "./h264.js";
import { refusalOf, type Form, type News } from "./messages.js";

type Sending = Extract<News, { type: "sending" }>;
type Pushable = Schemas["Pushable"]["cameras"][number];

const t = words("publish");
const SIZES = ["640x480", "1280x720", "1920x1080"] as const;
const RATES = [5, 10, 15, 24] as const;
const FORMS = ["h264", "jpeg"] as const;
const NEW = " ";

@customElement("gcam-publish-page")
export class PublishPage extends LitElement {
  static override styles = css`
    :host {
      max-width: 60rem;
    }
    h1 {
      margin: 0 0 var(--wa-space-m);
      font-size: var(--wa-font-size-xl);
    }
    section {
      display: grid;
      gap: var(--wa-space-m);
      padding: var(--wa-space-m);
      border: 1px solid var(--wa-color-surface-border);
      border-radius: var(--wa-border-radius-l);
      background: var(--wa-color-surface-raised);
    }
    video {
      width: 100%;
      max-height: 60vh;
      border-radius: var(--wa-border-radius-m);
      background: #000;
    }
    .fields {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
      align-items: end;
      gap: var(--wa-space-m);
    }
    .facts {
      color: var(--wa-color-text-quiet);
    }
    .buttons {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--wa-space-m);
    }
    p {
      margin: 0;
    }
  `;

  @state() private cameras: readonly Pushable[] | undefined;
  @state() private devices: readonly MediaDeviceInfo[] = [];
  @state() private wish: Wish = { deviceId: "", width: 640, height: 480, fps: 10, form: "h264" };
  /** Whether this browser makes H.264. */
  @state() private able = false;
  @state() private camera = "";
  @state() private name = "";
  @state() private seen = false;
  @state() private going = false;
  @state() private sending: Sending | undefined;
  @state() private watching = 0;
  @state() private taken = false;
  @state() private problem = "";
  @query("video") private video!: HTMLVideoElement;
  private stream: MediaStream | undefined;
  private capture: Capture | undefined;
  private readonly battery = new Battery(this);

  constructor() {
    super();
    new WakeLock(this);
  }

  protected override firstUpdated(): void {
    void this.load();
    document.addEventListener("visibilitychange", this.comeBack);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.comeBack);
    this.end();
  }

  protected override render(): unknown {
    return html`<h1 ${heading()}>${t("title")}</h1>
      ${mayCapture() ? this.working() : html`<wa-callout variant="warning" role="alert">${t("insecure", { host: window.location.host })}</wa-callout>`}`;
  }

  private working(): unknown {
    return html`<section>
      <p>${t("text")}</p>
      ${this.problem ? html`<wa-callout variant="danger" role="alert">${this.problem}</wa-callout>` : nothing}
      <video ?hidden=${!this.seen} muted playsinline autoplay aria-label=${t("preview")}></video>
      ${this.going ? this.status() : this.choice()}
    </section>`;
  }

  private choice(): unknown {
    if (!this.seen) return html`<div class="buttons"><wa-button variant="brand" @click=${this.look}>${t("look")}</wa-button></div>`;
    const mayAdd = may("configure");
    return html`<div class="fields">
        ${this.devices.length > 1
          ? this.select("device", this.wish.deviceId || (this.devices[0]?.deviceId ?? ""), this.devices.map(({ deviceId, label }) => [deviceId, label || t("device")]), (deviceId) => this.choose({ deviceId }))
          : nothing}
        ${this.select("size", `${this.wish.width}x${this.wish.height}`, SIZES.map((size) => [size, size.replace("x", " × ")]), (size) => {
          const [width = 640, height = 480] = size.split("x").map(Number);
          this.choose({ width, height });
        })}
        ${this.select("fps", String(this.wish.fps), RATES.map((fps) => [String(fps), t("per_second", { fps })]), (fps) => this.choose({ fps: Number(fps) }))}
        ${this.able
          ? this.select("form", this.wish.form, FORMS.map((form) => [form, t(`forms.${form}`)]), (form) => (this.wish = { ...this.wish, form: form as Form }))
          : nothing}
        ${this.cameras && (this.cameras.length > 0 || mayAdd)
          ? this.select("as", this.camera, this.roles(this.cameras, mayAdd), (camera) => (this.camera = camera))
          : nothing}
        ${this.camera === NEW && mayAdd
          ? html`<wa-input name="name" label=${t("name")} maxlength="64" .value=${live(this.name)}
              @input=${(event: Event) => (this.name = (event.target as HTMLInputElement).value)}></wa-input>`
          : nothing}
      </div>
      ${this.cameras?.length === 0 && !mayAdd ? html`<wa-callout variant="neutral">${t("none")}</wa-callout>` : nothing}
      <div class="buttons">
        <wa-button variant="brand" ?disabled=${!this.camera || (this.camera === NEW && !this.name.trim())} @click=${this.go}>${t("go")}</wa-button>
      </div>`;
  }

  private status(): unknown {
    const { sending } = this;
    const told = this.taken
      ? t("taken")
      : sending?.connected
        ? t("sends", { fps: number(sending.fps, 1), rate: number(sending.kilobytes, 0), form: sending.form === "h264" ? "H.264" : "JPEG" })
        : t("connecting");
    return html`<p role="status">${told}</p>
      ${this.facts()}
      <p>${t("stay")}</p>
      <div class="buttons"><wa-button appearance="outlined" variant="danger" @click=${this.end}>${t("end")}</wa-button></div>`;
  }

  /** The device's battery, where the browser tells; the line to Gcam; how few it asks for; and who sees it without Gcam in between. */
  private facts(): unknown {
    const { level, charging } = this.battery;
    const delay_ms = this.sending?.connected ? this.sending.delay_ms : undefined;
    const facts = [
      level === undefined ? undefined : t(charging ? "charging" : "battery", { level: number(100 * level, 0) }),
      delay_ms === undefined ? undefined : t("delay", { ms: number(delay_ms, 0) }),
      this.sending?.connected && this.sending.asked !== undefined ? t("asked", { fps: number(this.sending.asked, 1) }) : undefined,
      this.watching > 0 ? t("watching", { count: this.watching }) : undefined,
    ].filter((fact) => fact !== undefined);
    return facts.length > 0 ? html`<p class="facts">${facts.join(" · ")}</p>` : nothing;
  }

  private roles(cameras: readonly Pushable[], mayAdd: boolean): readonly (readonly [string, string])[] {
    const known = cameras.map(({ id, name }): readonly [string, string] => [id, name]);
    return mayAdd ? [...known, [NEW, t("new")]] : known;
  }

  private select(name: string, value: string, options: readonly (readonly [string, string])[], chosen: (value: string) => void): unknown {
    return html`<wa-select name=${name} label=${t(name)} .value=${live(value)} @change=${(event: Event) => chosen((event.target as HTMLInputElement).value)}>
      ${options.map(([key, text]) => html`<wa-option value=${key}>${text}</wa-option>`)}
    </wa-select>`;
  }

  private async load(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/pushable"));
    if (!answer.ok) {
      notifyError(answer.error);
      return;
    }
    this.cameras = answer.value.cameras;
    this.camera ||= this.cameras[0]?.id ?? (may("configure") ? NEW : "");
  }

  private choose(changes: Partial<Wish>): void {
    this.wish = { ...this.wish, ...changes };
    void this.look();
  }

  private readonly look = async (): Promise<void> => {
    this.problem = "";
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    try {
      this.stream = await open(this.wish);
    } catch (error) {
      this.problem = t(`refused.${refusalOf(error)}`);
      this.seen = false;
      return;
    }
    this.seen = true;
    this.able = await canEncode(configOf(this.wish.width, this.wish.height, this.wish.fps, 1));
    this.video.srcObject = this.stream;
    this.devices = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
  };

  private readonly go = async (): Promise<void> => {
    const id = this.camera === NEW ? await this.added() : this.camera;
    if (id === undefined || !this.stream) return;
    this.going = true;
    const url = socketUrlOf(`/api/v1/cameras/${id}/push`);
    const wish: Wish = this.able ? this.wish : { ...this.wish, form: "jpeg" };
    this.capture = new Capture(this.video, this.stream, url, wish, {
      sending: (news) => (this.sending = news),
      watched: (count) => (this.watching = count),
      stopped: () => (this.taken = true),
      replaced: () => {
        this.end();
        this.problem = t("replaced");
      },
    });
  };

  private async added(): Promise<string | undefined> {
    const answer = await ask(api.POST("/api/v1/cameras", { body: { name: this.name.trim(), url: "push://gcam" } }));
    if (!answer.ok) {
      notifyError(answer.error);
      return undefined;
    }
    [this.camera, this.cameras] = [answer.value.id, [...(this.cameras ?? []), answer.value]];
    return answer.value.id;
  }

  /** Phones take the camera back while another program is looked at. */
  private readonly comeBack = async (): Promise<void> => {
    if (document.hidden || !this.taken || !this.capture) return;
    try {
      this.stream = await open(this.wish);
    } catch (error) {
      this.problem = t(`refused.${refusalOf(error)}`);
      return;
    }
    this.video.srcObject = this.stream;
    this.capture.goOn(this.stream);
    [this.taken, this.problem] = [false, ""];
  };

  private readonly end = (): void => {
    this.capture?.end();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    [this.capture, this.stream, this.sending] = [undefined, undefined, undefined];
    [this.problem, this.watching] = ["", 0];
    [this.going, this.seen, this.taken] = [false, false, false];
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-publish-page": PublishPage;
  }
}
