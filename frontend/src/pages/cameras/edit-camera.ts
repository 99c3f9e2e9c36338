/** One camera's settings: its form, the live picture, what its board offers, and the way out. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { mdiArrowLeft, mdiDeleteOutline, mdiTuneVariant } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { styleMap } from "lit/directives/style-map.js";
import { api, ask } from "../../api/client.js";
import { heading } from "../../components/heading.js";
import "../../components/icon.js";
import "../../components/live-picture.js";
import { notify, notifyError } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import { askBeforeLeaving, go } from "../../router.js";
import { hashOf } from "../../routes.js";
import { offOf, type Camera } from "../../state/gcam.js";
import "../storage/camera-storage.js";
import "./board-controls.js";
import "./camera-form.js";
import type { CameraForm } from "./camera-form.js";
import { camerasStyles } from "./cameras.styles.js";
import { changesOf, draftOf, isLocal, type Connection, type Draft, type Settings, type Wrongs } from "./draft.js";
import { isPushed } from "./push-panel.js";
import { askHowToRemove, fateOf } from "./remove-dialog.js";
import { wrongsOf } from "./wrongs.js";

const t = words("cameras");
const FIELDS = new Set(["name", "url", "url_hd", "username", "password", "source.verify_tls", "source.poll_fps", "source.capture_size", "source.capture_fps", "naming.kinds", "naming.min_score", "naming.min_size", "recording.pre_roll_s", "recording.post_roll_s", "recording.keep_days"]);

@customElement("gcam-edit-camera")
export class EditCamera extends LitElement {
  static override styles = [
    camerasStyles,
    css`
      .stack {
        display: grid;
        gap: var(--gcam-page-gap);
      }
      .changed {
        position: sticky;
        bottom: 0;
        z-index: 1;
        padding-block: var(--wa-space-s);
        background: var(--wa-color-surface-default);
      }
    `,
  ];

  @property({ attribute: false }) camera: Camera | undefined;
  @state() private stored: Draft | undefined;
  @state() private draft: Draft | undefined;
  @state() private wrongs: Wrongs = new Map();
  @state() private saving = false;
  @state() private failed = false;
  private stopAsking: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.stopAsking = askBeforeLeaving(() => !this.changes || window.confirm(t("leave")));
  }

  protected override firstUpdated(): void {
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopAsking?.();
  }

  protected override render(): unknown {
    const { camera, draft } = this;
    if (!camera) return nothing;
    return html`
      <div class="head">
        <a class="back" href=${hashOf("cameras")} aria-label=${t("to_list")}><gcam-icon .path=${mdiArrowLeft}></gcam-icon></a>
        <h1 ${heading()}>${camera.name}</h1>
        <wa-switch .checked=${live(camera.enabled)} ?disabled=${this.saving} @change=${this.enable}>${t("enabled")}</wa-switch>
        <wa-button appearance="outlined" href=${hashOf("cameras/:camera/tune", { camera: camera.id })}>
          <gcam-icon slot="start" .path=${mdiTuneVariant}></gcam-icon>${t("tune_long")}
        </wa-button>
      </div>
      ${draft
        ? this.columns(camera, draft)
        : this.failed
          ? html`<wa-button appearance="outlined" @click=${this.load}>${words("common")("retry")}</wa-button>`
          : nothing}
    `;
  }

  private columns(camera: Camera, draft: Draft): unknown {
    return html`<div class="columns">
        <div class="stack">
          ${isPushed(this.stored?.url ?? "")
            ? html`<gcam-push-panel camera=${camera.id} ?keyed=${this.stored?.hasPassword ?? false}></gcam-push-panel>`
            : nothing}
          <gcam-camera-form .draft=${draft} ?h265=${[camera.state?.codec, camera.state?.hd?.codec].includes("hevc")} .wrongs=${this.wrongs}
            @draft-changed=${({ detail }: CustomEvent<Partial<Draft>>) => (this.draft = { ...draft, ...detail })}></gcam-camera-form>
          <div class="buttons foot ${this.changes ? "changed" : ""}">
            <wa-button variant="brand" ?loading=${this.saving} ?disabled=${!this.changes} @click=${this.save}>${t("save")}</wa-button>
            ${this.changes
              ? html`<wa-button appearance="plain" @click=${() => (this.draft = this.stored)}>${t("discard")}</wa-button>
                  <span class="quiet" role="status">${t("unsaved")}</span>`
              : nothing}
          </div>
          <section class="panel">
            <h2>${t("remove_title")}</h2>
            <p class="quiet">${t("remove_text")}</p>
            <div class="buttons">
              <wa-button variant="danger" appearance="outlined" @click=${this.askToRemove}>
                <gcam-icon slot="start" .path=${mdiDeleteOutline}></gcam-icon>${t("remove")}
              </wa-button>
            </div>
          </section>
        </div>
        <div class="stack">
          ${this.picture(camera)}
          <section class="panel">
            <h2>${t("stored")}</h2>
            <gcam-camera-storage camera=${camera.id}></gcam-camera-storage>
          </section>
          ${offOf(camera) || !this.hasBoard(camera) ? nothing : this.board(camera)}
        </div>
      </div>`;
  }

  private picture(camera: Camera): unknown {
    const off = offOf(camera);
    if (off) return html`<wa-callout variant="neutral">${t(`status_text.${off}`)}</wa-callout>`;
    const size = camera.state?.size;
    const shape = { aspectRatio: size ? `${size.width} / ${size.height}` : "4 / 3" };
    return html`<gcam-live-picture camera=${camera.id} label=${t("live_of", { name: camera.name })} style=${styleMap(shape)}></gcam-live-picture>`;
  }

  /** What dials in has one where it told so; of what is called the board itself says whether it is one. */
  private hasBoard(camera: Camera): boolean {
    const url = this.stored?.url ?? "";
    return isPushed(url) ? camera.board !== null : !isLocal(url);
  }

  /** Last: how much a board has to say is known when it has answered, and pushes nothing down. */
  private board(camera: Camera): unknown {
    return html`<section class="panel">
      <h2>${t("board")}</h2>
      <gcam-board-controls camera=${camera.id} @board-claimed=${this.load}></gcam-board-controls>
    </section>`;
  }

  private get changes(): Settings | undefined {
    return this.draft && this.stored ? changesOf(this.draft, this.stored) : undefined;
  }

  private readonly load = async (): Promise<void> => {
    const { camera } = this;
    if (!camera) return;
    const answer = await ask(api.GET("/api/v1/cameras/{id}/connection", { params: { path: { id: camera.id } } }));
    this.failed = !answer.ok;
    if (answer.ok) this.keep(camera, answer.value);
    else notifyError(answer.error);
  };

  private keep(camera: Camera, connection: Connection): void {
    this.stored = this.draft = draftOf(camera, connection);
    this.wrongs = new Map();
  }

  private readonly save = async (): Promise<void> => {
    const { camera, changes } = this;
    if (!camera || !changes) return;
    const saved = await this.patch(changes);
    if (!saved) return;
    this.stored = this.draft;
    void notify({ text: t("saved", { name: saved.name }), kind: "success" });
    const connection = await ask(api.GET("/api/v1/cameras/{id}/connection", { params: { path: { id: camera.id } } }));
    if (connection.ok) this.keep(saved, connection.value);
  };

  private readonly enable = async (event: Event): Promise<void> => {
    await this.patch({ enabled: (event.target as HTMLInputElement).checked });
    this.requestUpdate();
  };

  private async patch(body: Settings): Promise<Camera | undefined> {
    this.saving = true;
    const params = { path: { id: this.camera?.id ?? "" } };
    const answer = await ask(api.PATCH("/api/v1/cameras/{id}", { params, body }));
    this.saving = false;
    if (answer.ok) return answer.value;
    this.wrongs = wrongsOf(answer.error);
    if (!FIELDS.has([...this.wrongs.keys()][0] ?? "")) notifyError(answer.error);
    await this.updateComplete;
    const form = this.renderRoot.querySelector<CameraForm>("gcam-camera-form");
    await form?.updateComplete;
    form?.focusWrong();
    return undefined;
  }

  private readonly askToRemove = async (): Promise<void> => {
    const { camera } = this;
    const fate = fateOf(this.stored?.url ?? "", this.stored?.hasPassword ?? false, camera?.board?.firmware);
    const query = camera && (await askHowToRemove(camera.name, fate));
    if (!camera || !query) return;
    const params = { path: { id: camera.id }, query };
    const answer = await ask(api.DELETE("/api/v1/cameras/{id}", { params }));
    if (!answer.ok) {
      notifyError(answer.error);
      return;
    }
    this.stored = this.draft;
    void notify({ text: t("removed", { name: camera.name }) });
    go("cameras");
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-edit-camera": EditCamera;
  }
}
