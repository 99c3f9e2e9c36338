/** A new camera: choose one that was found or type an address, see what it is, save. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/spinner/spinner.js";
import { mdiArrowLeft } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { api, ask, type ApiError, type Schemas } from "../../api/client.js";
import type { FoundBoard } from "../../api/found.js";
import { CAMERA_SETTINGS } from "../../api/limits.js";
import { heading } from "../../components/heading.js";
import "../../components/icon.js";
import { notify, notifyError } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import { go } from "../../router.js";
import { hashOf } from "../../routes.js";
import type { Camera } from "../../state/gcam.js";
import "./board-search.js";
import "./camera-form.js";
import type { CameraForm } from "./camera-form.js";
import { camerasStyles } from "./cameras.styles.js";
import { BLANK, isLocal, isRtsp, settingsOf, type Draft, type Wrongs } from "./draft.js";
import { chosenOf, type Chosen } from "./onvif-card.js";
import "./probe-card.js";
import { isPushed, makeKey, PUSH_URL } from "./push-panel.js";
import { sentenceOf, wantsToken, wrongsOf } from "./wrongs.js";

const t = words("cameras");
/** Of every board with Gcam's firmware. */
const BOARD_USER = "gcam";
/** What sends pictures, and is no board that Gcam knows. */
const UNKNOWN: ReadonlySet<string> = new Set(["mjpeg", "snapshot"] satisfies Schemas["Probe"]["firmware"][]);
const ONVIF = /^\s*https?:\/\/[^/]+\/onvif\//i;

@customElement("gcam-add-camera")
export class AddCamera extends LitElement {
  static override styles = camerasStyles;

  @property({ attribute: false }) cameras: readonly Camera[] = [];
  /** An address and a name to begin with; looked at only when a person says so. */
  @property() at = "";
  @property() called = "";
  @state() private draft: Draft = BLANK;
  @state() private probe: Schemas["Probe"] | undefined;
  @state() private onvif: Schemas["OnvifCamera"] | undefined;
  @state() private wrongs: Wrongs = new Map();
  @state() private looking = false;
  @state() private saving = false;
  /** Its certificate is one that nobody vouches for: a person may. */
  @state() private untrusted: ApiError | undefined;
  /** What is there speaks ONVIF: it is asked so. */
  private speaksOnvif = false;
  /** A camera of this machine: there is nobody to ask. */
  @state() private device: string | undefined;
  /** A password is wanted: its fields are shown. */
  @state() private locked = false;
  /** A board that somebody else claimed: its token is wanted. */
  @state() private owned = false;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.at) this.draft = { ...BLANK, url: this.at, name: this.called };
  }

  protected override render(): unknown {
    return html`
      <div class="head">
        <a class="back" href=${hashOf("cameras")} aria-label=${t("to_list")}><gcam-icon .path=${mdiArrowLeft}></gcam-icon></a>
        <h1 ${heading()}>${t("add_title")}</h1>
      </div>
      ${this.onvif
        ? this.confirmation(this.streams(this.onvif), true)
        : this.probe
          ? this.confirmation(html`<gcam-probe-card .probe=${this.probe} .cameras=${this.cameras}></gcam-probe-card>`, this.probe.url !== null)
          : this.device
            ? this.confirmation(told(this.device, t("device_text"), this.draft.url), true)
            : isPushed(this.draft.url)
              ? this.confirmation(told(t("push.title"), t("push.next")), true)
              : this.choice()}
    `;
  }

  private choice(): unknown {
    return html`<div class="columns">
      <section class="panel">
        <h2>${t("found_title")}</h2>
        <gcam-board-search .cameras=${this.cameras} ?busy=${this.looking}
          @board-chosen=${({ detail }: CustomEvent<FoundBoard>) => this.choose(detail)}></gcam-board-search>
      </section>
      <section class="panel">
        <h2>${t("typed_title")}</h2>
        <form class="stack" @submit=${this.look}>${this.address()}</form>
      </section>
      <section class="panel">
        <h2>${t("push.choice")}</h2>
        <p class="quiet">${t("push.choice_text")}</p>
        <div class="buttons">
          <wa-button appearance="outlined" ?disabled=${this.looking} @click=${this.letDialIn}>${t("push.choose")}</wa-button>
          <wa-button appearance="outlined" href=${hashOf("publish")}>${t("push.this_device")}</wa-button>
        </div>
      </section>
    </div>`;
  }

  private address(): unknown {
    return html`
      ${this.input("url", "text", t("url_text"))}
      ${this.locked
        ? html`<wa-callout variant="warning" role="alert">${t(this.owned ? "owned" : "locked")}</wa-callout>
            ${this.owned ? nothing : this.input("username", "text", "")} ${this.input("password", "password", "")}`
        : nothing}
      ${this.untrusted ? this.certificate(this.untrusted) : nothing}
      <div class="buttons">
        <wa-button type="submit" variant="brand" ?loading=${this.looking} ?disabled=${!this.draft.url.trim()} @click=${this.look}>
          ${t("look")}
        </wa-button>
        <span class="quiet" role="status">${this.looking ? t("looking") : ""}</span>
      </div>
    `;
  }

  private certificate(error: ApiError): unknown {
    return html`<wa-callout class="certificate" variant="warning" role="alert">
      <p>${sentenceOf(error)}</p>
      <p>${t("certificate_text")}</p>
      <wa-button appearance="outlined" ?disabled=${this.looking} @click=${this.accept}>${t("certificate_accept")}</wa-button>
    </wa-callout>`;
  }

  private input(name: "url" | "username" | "password", type: string, hint: string): unknown {
    const wrong = sentenceOf(this.wrongs.get(name));
    return html`<wa-input class=${wrong ? "wrong" : ""} name=${name} label=${t(this.owned && name === "password" ? "token" : name)} hint=${wrong ?? hint} type=${type}
      ?readonly=${this.looking} ?password-toggle=${type === "password"} autocomplete="off" spellcheck="false" maxlength=${CAMERA_SETTINGS[name].maxlength}
      .value=${live(this.draft[name])}
      @input=${(event: Event) => this.type(name, (event.target as HTMLInputElement).value)}
      @keydown=${(event: KeyboardEvent) => event.key === "Enter" && this.look(event)}></wa-input>`;
  }

  private confirmation(card: unknown, isWatchable: boolean): unknown {
    return html`<div class="columns">
      ${card}
      <div>
        ${isWatchable
          ? html`<gcam-camera-form fixed ?h265=${this.probe?.codec === "hevc"} ?twofold=${this.isTwofold()}
              .draft=${this.draft} .wrongs=${this.wrongs}
              @draft-changed=${({ detail }: CustomEvent<Partial<Draft>>) => this.change(detail)}></gcam-camera-form>`
          : nothing}
        <div class="buttons foot">
          ${isWatchable
            ? html`<wa-button variant="brand" ?loading=${this.saving} ?disabled=${!this.draft.name.trim()} @click=${this.save}>
                ${t("save_new")}
              </wa-button>`
            : nothing}
          <wa-button appearance="outlined" @click=${this.back}>${t("another")}</wa-button>
        </div>
      </div>
    </div>`;
  }

  /** Whether it may have a second address: boards have none. */
  private isTwofold(): boolean {
    return isRtsp(this.draft.url) || UNKNOWN.has(this.probe?.firmware ?? "");
  }

  private streams(camera: Schemas["OnvifCamera"]): unknown {
    const choose = ({ detail }: CustomEvent<Chosen>): void => {
      this.change({ ...detail });
      this.wrongs = new Map();
    };
    return html`<gcam-onvif-card .camera=${camera} .chosen=${chosenOf(this.draft.url, this.draft.url_hd || this.draft.url)}
      @streams-chosen=${choose}></gcam-onvif-card>`;
  }

  private change(changes: Partial<Draft>): void {
    this.draft = { ...this.draft, ...changes };
  }

  /** Another address is another certificate. */
  private type(name: "url" | "username" | "password", text: string): void {
    this.change({ [name]: text, ...(name === "url" && { verifyTls: true }) });
    if (name !== "url") return;
    this.untrusted = undefined;
    if (this.owned) this.change({ username: "" });
    this.owned = false;
    this.speaksOnvif = ONVIF.test(text);
  }

  private readonly accept = (): void => {
    this.change({ verifyTls: false });
    void this.look();
  };

  private choose({ url, name, how }: FoundBoard): void {
    this.speaksOnvif = how === "onvif";
    this.change({ url, url_hd: "", name, username: "", password: "", verifyTls: true });
    this.locked = this.owned = false;
    if (how === "device") this.device = name;
    else void this.look();
  }

  private readonly look = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    if (this.looking || !this.draft.url.trim()) return;
    if (isLocal(this.draft.url)) {
      this.device = t("device");
      return;
    }
    this.looking = true;
    this.wrongs = new Map();
    this.untrusted = undefined;
    if (this.owned) this.change({ username: BOARD_USER });
    const { url, username, password, verifyTls } = this.draft;
    const body = { url, username: username.trim() || null, password: password || null, verify_tls: verifyTls };
    const wrong = this.speaksOnvif ? await this.lookByOnvif(body) : await this.lookAtPages(body);
    this.looking = false;
    if (wrong) await this.refused(wrong);
  };

  private async lookAtPages(body: Schemas["ProbeRequest"]): Promise<ApiError | undefined> {
    const answer = await ask(api.POST("/api/v1/probe", { body }));
    const mayBeOnvif = !isRtsp(body.url);
    if (!answer.ok) return answer.error.code === "protocol" && mayBeOnvif ? this.lookFurther(body, answer.error) : answer.error;
    const { name, url, firmware, rtsp_transport } = answer.value;
    this.probe = answer.value;
    this.change({
      name: this.draft.name || name,
      url: url ?? body.url,
      single: firmware === "snapshot",
      paced: firmware === "gcam",
      transport: rtsp_transport ?? BLANK.transport,
    });
    return undefined;
  }

  /** Something answers whose pages show no camera: most cameras that are no boards are such. */
  private async lookFurther(body: Schemas["ProbeRequest"], before: ApiError): Promise<ApiError | undefined> {
    const wrong = await this.lookByOnvif(body);
    this.speaksOnvif = wrong?.field === "password";
    return wrong && !this.speaksOnvif ? before : wrong;
  }

  private async lookByOnvif(body: Schemas["OnvifRequest"]): Promise<ApiError | undefined> {
    const answer = await ask(api.POST("/api/v1/onvif", { body }));
    if (!answer.ok) return answer.error;
    this.onvif = answer.value;
    const { name, url, url_hd } = answer.value;
    this.change({ name: this.draft.name || name, ...chosenOf(url, url_hd) });
    return undefined;
  }

  private async refused(error: ApiError): Promise<void> {
    if (error.field === "verify_tls") {
      this.untrusted = error;
      return;
    }
    const isAsking = error.field === "password" && !this.locked;
    this.wrongs = isAsking ? new Map() : wrongsOf(error);
    if (error.field === "password") this.locked = true;
    if (error.field === "password") this.owned = wantsToken(error);
    if (error.field === undefined && this.wrongs.size === 0) notifyError(error);
    await this.updateComplete;
    const field = isAsking ? (this.owned ? "password" : "username") : [...this.wrongs.keys()][0];
    this.renderRoot.querySelector<HTMLElement>(`wa-input[name="${field ?? "url"}"]`)?.focus();
  }

  private readonly save = async (): Promise<void> => {
    this.saving = true;
    const answer = await ask(api.POST("/api/v1/cameras", { body: settingsOf(this.draft) }));
    this.saving = false;
    if (answer.ok) {
      const { id } = answer.value;
      if (isPushed(this.draft.url)) return this.showKeyOf(id);
      if (this.probe?.claimed === false) return this.claim(answer.value);
      void notify({ text: t("added", { name: answer.value.name }), kind: "success" });
      go("cameras");
      return;
    }
    this.wrongs = wrongsOf(answer.error);
    if (!["name", "url_hd", "source", "recording"].some((known) => answer.error.field?.startsWith(known))) notifyError(answer.error);
    await this.updateComplete;
    this.renderRoot.querySelector<CameraForm>("gcam-camera-form")?.focusWrong();
  };

  /** The camera stays where that fails: its page says what is wrong, and claims the board later. */
  private async claim({ id, name }: Camera): Promise<void> {
    const claimed = await ask(api.POST("/api/v1/cameras/{id}/claim", { params: { path: { id } } }));
    if (claimed.ok) void notify({ text: t("added", { name }), kind: "success" });
    else notifyError(claimed.error);
    if (claimed.ok) go("cameras");
    else go("cameras/:camera", { camera: id });
  }

  private async showKeyOf(id: string): Promise<void> {
    const made = await makeKey(id);
    if (!made.ok) notifyError(made.error);
    go("cameras/:camera", { camera: id });
  }

  private readonly letDialIn = (): void => {
    this.change({ url: PUSH_URL, name: "", username: "", password: "" });
  };

  private readonly back = (): void => {
    const url = this.onvif || this.device || isPushed(this.draft.url) ? "" : this.draft.url;
    this.change({ name: "", url, url_hd: "", transport: BLANK.transport, single: false, paced: false, capture_size: "", capture_fps: undefined });
    this.probe = this.onvif = this.device = undefined;
  };
}

function told(title: string, text: string, address = ""): unknown {
  return html`<section class="panel">
    <h2>${title}</h2>
    <p>${text}</p>
    <p class="quiet">${address}</p>
  </section>`;
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-add-camera": AddCamera;
  }
}
