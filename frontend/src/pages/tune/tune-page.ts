/** `#/cameras/<id>/tune`: zones, masks and detection, tried on the live picture and on yesterday before they are saved. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { mdiCctvOff, mdiRotateRight, mdiVectorPolylineRemove } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { styleMap } from "lit/directives/style-map.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { MotionFeed, type Decision } from "../../api/motion.js";
import "../../components/empty.js";
import { heading } from "../../components/heading.js";
import "../../components/icon.js";
import "../../components/live-picture.js";
import { notify, notifyError } from "../../components/notify.js";
import { whatWord } from "../../components/what.js";
import { causeSentence } from "../../i18n/causes.js";
import { time } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { askBeforeLeaving, type Place } from "../../router.js";
import { hashOf } from "../../routes.js";
import { gcam, type Camera } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";
import "./detection-form.js";
import { guessWord } from "./followed-view.js";
import { changesOf, draftOf, shapeOf, thresholdAt, turnedDraft, turnOf, wrongNames, type Draft, type Kind, type Shape } from "./draft.js";
import "./naming-form.js";
import "./polygon-editor.js";
import type { PolygonEditor } from "./polygon-editor.js";
import { fresh } from "./polygons.js";
import { noted, type Stretch } from "./reasons.js";
import "./score-chart.js";
import type { ScoreChart } from "./score-chart.js";
import "./shape-list.js";
import { followed, type Path } from "./tracks.js";
import { tunePageStyles } from "./tune-page.styles.js";
import "./what-if-panel.js";

const t = words("tune");
const FALLBACK_SIZE = { width: 4, height: 3 };

@customElement("gcam-tune-page")
export class TunePage extends LitElement {
  static override styles = tunePageStyles;

  @property({ attribute: false }) place: Place | undefined;
  @state() private draft: Draft | undefined;
  @state() private selected: number | undefined;
  @state() private corner: number | undefined;
  @state() private decision: Decision | undefined;
  @state() private paths: readonly Path[] = [];
  @state() private reasons: readonly Stretch[] = [];
  @state() private showsFollowed = true;
  @state() private saving = false;
  @query("gcam-score-chart") private chart!: ScoreChart | null;
  @query("gcam-polygon-editor") private editor!: PolygonEditor | null;
  private readonly gcam = new Follow(this, gcam);
  private feed: MotionFeed | undefined;
  private draftFor = "";
  private draftRotation = 0;
  private lastSize: Schemas["Size"] = FALLBACK_SIZE;
  private stopAsking: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.stopAsking = askBeforeLeaving(() => !this.changes || window.confirm(t("leave")));
    document.addEventListener("visibilitychange", this.pace);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopAsking?.();
    document.removeEventListener("visibilitychange", this.pace);
    this.feed?.stop();
    this.feed = undefined;
    this.draftFor = "";
  }

  protected override willUpdate(): void {
    const { camera } = this;
    if (!camera) return;
    if (this.draftFor === camera.id) {
      if (this.draft) this.draft = turnedDraft(this.draft, this.draftRotation, camera.rotation);
      this.draftRotation = camera.rotation;
      this.pace();
      return;
    }
    this.draftFor = camera.id;
    this.draftRotation = camera.rotation;
    this.draft = draftOf(camera);
    this.selected = undefined;
    this.decision = undefined;
    this.paths = [];
    this.reasons = [];
    this.feed?.stop();
    this.feed = new MotionFeed(camera.id, (decision) => this.hear(decision));
    this.pace();
  }

  protected override render(): unknown {
    const { camera, draft } = this;
    if (!this.gcam.value.cameras) return nothing;
    if (!camera || !draft)
      return html`<gcam-empty .icon=${mdiCctvOff} .heading=${t("no_camera")}><a href=${hashOf("cameras")}>${t("to_cameras")}</a></gcam-empty>`;
    return html`<div class="all">
      <div class="head">
        <h1 ${heading()}>${t("title", { name: camera.name })}</h1>
        <wa-switch .checked=${live(camera.privacy)} @change=${this.switchPrivacy}>${t("privacy_mode")}</wa-switch>
      </div>
      <div class="columns">
        <div class="seen">${this.seen(camera, draft)}</div>
        <div>
          <section class="panel">
            <h2>${t("detection")}</h2>
            <gcam-detection-form .detection=${draft.detection}
              @detection-changed=${({ detail }: CustomEvent<Partial<Draft["detection"]>>) =>
                this.change({ detection: { ...draft.detection, ...detail } })}></gcam-detection-form>
          </section>
          <section class="panel">
            <h2>${t("names")}</h2>
            <gcam-naming-form .naming=${draft.naming}
              @naming-changed=${({ detail }: CustomEvent<Partial<Draft["naming"]>>) =>
                this.change({ naming: { ...draft.naming, ...detail } })}></gcam-naming-form>
          </section>
          <section class="panel">
            <h2>${t("places")}</h2>
            <gcam-shape-list ?compressed=${isCompressed(camera)} .shapes=${draft.shapes} .selected=${this.selected} .wrong=${wrongNames(draft)}
              @shape-added=${({ detail }: CustomEvent<Kind>) => this.add(detail)}
              @shape-changed=${this.changeShape} @shape-selected=${this.select} @shape-removed=${this.removeShape}>
            </gcam-shape-list>
          </section>
          <section class="panel">
            <h2>${t("what_if_title")}</h2>
            <gcam-what-if-panel camera=${camera.id} .changes=${this.changes}></gcam-what-if-panel>
          </section>
        </div>
      </div>
      ${this.foot(draft)}
    </div>`;
  }

  private seen(camera: Camera, draft: Draft): unknown {
    const size = camera.state?.size ?? this.lastSize;
    this.lastSize = size;
    const stage = {
      aspectRatio: `${size.width} / ${size.height}`,
      maxWidth: `calc(62dvh * ${size.width / size.height})`,
    };
    return html`
      <div class="stage" style=${styleMap(stage)}>
        ${this.isRunning
          ? html`<gcam-live-picture camera=${camera.id} label=${t("picture", { name: camera.name })}></gcam-live-picture>`
          : nothing}
        ${this.showsFollowed
          ? html`<gcam-followed-view .at=${this.decision?.at ?? 0} .paths=${this.paths} .looked=${this.decision?.looked ?? []}></gcam-followed-view>`
          : nothing}
        <gcam-polygon-editor .shapes=${draft.shapes} .selected=${this.selected} .size=${size}
          .regions=${this.decision?.regions ?? []} ?moving=${this.decision?.moving ?? false}
          @shape-changed=${this.changeShape} @shape-selected=${this.select} @shape-removed=${this.removeShape}
          @corner-selected=${({ detail }: CustomEvent<number | undefined>) => (this.corner = detail)}>
        </gcam-polygon-editor>
        ${this.veil(camera)}
      </div>
      <div class="tools">
        <wa-button size="s" appearance="outlined" ?disabled=${this.corner === undefined} @click=${() => this.editor?.removeCorner()}>
          <gcam-icon slot="start" .path=${mdiVectorPolylineRemove}></gcam-icon>${t("remove_corner")}
        </wa-button>
        <wa-button size="s" appearance="outlined" ?disabled=${this.saving} @click=${this.turn}>
          <gcam-icon slot="start" .path=${mdiRotateRight}></gcam-icon>${t("turn")}
        </wa-button>
        <wa-switch size="s" .checked=${live(this.showsFollowed)}
          @change=${(event: Event) => (this.showsFollowed = (event.target as HTMLInputElement).checked)}>${t("followed")}</wa-switch>
      </div>
      <p class="verdict ${this.decision?.moving ? "moving" : ""}">
        ${this.verdict(camera)}
      </p>
      ${this.showsFollowed && camera.naming.enabled ? html`<p class="named">${this.named()}</p>` : nothing}
      <gcam-score-chart .tried=${this.triedThreshold(camera, draft)}></gcam-score-chart>
      <ol class="reasons" aria-label=${t("reasons")}>
        ${this.reasons.map(
          ({ at, strongest }) =>
            html`<li class=${strongest.moving ? "moving" : ""}><time>${time(at)}</time> ${causeSentence(strongest)}</li>`,
        )}
      </ol>
    `;
  }

  private verdict(camera: Camera): string {
    if (!camera.detection.enabled) return t("detection_off");
    if (!this.isRunning) return "–";
    if (!this.decision) return t("waiting");
    return causeSentence(this.decision);
  }

  /** What the newest look took it for: a line that is always there, so that nothing below it jumps. */
  private named(): string {
    const looked = this.decision?.looked ?? [];
    const [first] = looked;
    if (!first) return t("nothing_looked_at");
    const seen = looked.flatMap(({ seen }) => seen);
    const things = seen.length > 0 ? seen.map(guessWord).join(", ") : whatWord("unnamed");
    return t("looked", { time: time(first.at), things });
  }

  private veil(camera: Camera): unknown {
    const status = camera.state?.status ?? "disabled";
    return status === "connected" ? nothing : html`<div class="veil"><span>${t(`status.${status}`)}</span></div>`;
  }

  private foot(draft: Draft): unknown {
    if (!this.changes) return nothing;
    return html`<div class="foot">
      <span role="status">${t("unsaved")}</span>
      <wa-button appearance="plain" ?disabled=${this.saving} @click=${this.discard}>${t("discard")}</wa-button>
      <wa-button variant="brand" ?loading=${this.saving} ?disabled=${wrongNames(draft).size > 0} @click=${this.save}>
        ${t("save")}
      </wa-button>
    </div>`;
  }

  private get camera(): Camera | undefined {
    return this.gcam.value.cameras?.find(({ id }) => id === this.place?.path[1]);
  }

  /** Whether Gcam has a connection to it, or tries. */
  private get isRunning(): boolean {
    const status = this.camera?.state?.status ?? "disabled";
    return status !== "disabled" && status !== "privacy";
  }

  private get changes(): ReturnType<typeof changesOf> {
    const { camera, draft } = this;
    if (!camera || !draft) return undefined;
    const changes = changesOf(draft, camera);
    // The same object while it says the same, so that others can see whether anything changed.
    if (JSON.stringify(changes) !== JSON.stringify(this.lastChanges)) this.lastChanges = changes;
    return this.lastChanges;
  }
  private lastChanges: ReturnType<typeof changesOf>;

  private triedThreshold(camera: Camera, draft: Draft): number | undefined {
    const sensitivity = camera.detection.sensitivity ?? draft.detection.sensitivity;
    const threshold = this.decision?.threshold ?? 0;
    if (threshold === 0 || sensitivity === draft.detection.sensitivity) return undefined;
    return thresholdAt(draft.detection.sensitivity, { sensitivity, threshold });
  }

  private readonly pace = (): void => {
    if (this.isRunning && !document.hidden) this.feed?.start();
    else this.feed?.stop();
  };

  private hear(decision: Decision): void {
    this.decision = decision;
    this.paths = followed(this.paths, decision);
    this.reasons = noted(this.reasons, decision);
    this.chart?.push(decision);
  }

  private change(changes: Partial<Draft>): void {
    if (this.draft) this.draft = { ...this.draft, ...changes };
  }

  private add(kind: Kind): void {
    const shapes = this.draft?.shapes ?? [];
    const zones = shapes.filter((shape) => shape.kind === "zone");
    let number = zones.length + 1;
    while (zones.some(({ name }) => name === t("new_zone", { number }))) number += 1;
    const shape = shapeOf(kind, fresh(shapes.length), kind === "zone" ? t("new_zone", { number }) : "");
    this.change({ shapes: [...shapes, shape] });
    this.selected = shape.id;
  }

  private changeShape({ detail }: CustomEvent<Shape>): void {
    this.change({ shapes: (this.draft?.shapes ?? []).map((shape) => (shape.id === detail.id ? detail : shape)) });
  }

  private removeShape({ detail }: CustomEvent<number>): void {
    this.change({ shapes: (this.draft?.shapes ?? []).filter(({ id }) => id !== detail) });
    this.selected = undefined;
  }

  private select({ detail }: CustomEvent<number | undefined>): void {
    this.selected = detail;
  }

  private discard(): void {
    if (this.camera) this.draft = draftOf(this.camera);
    this.selected = undefined;
  }

  private async save(): Promise<void> {
    const { changes } = this;
    if (changes && (await this.patch(changes))) void notify({ text: t("saved"), kind: "success" });
  }

  private async turn(): Promise<void> {
    if (this.camera) await this.patch(turnOf(this.camera));
  }

  private async switchPrivacy(event: Event): Promise<void> {
    await this.patch({ privacy: (event.target as HTMLInputElement).checked });
    this.requestUpdate();
  }

  private async patch(body: Schemas["CameraSettings"]): Promise<boolean> {
    const { camera } = this;
    if (!camera) return false;
    this.saving = true;
    const answer = await ask(api.PATCH("/api/v1/cameras/{id}", { params: { path: { id: camera.id } }, body }));
    this.saving = false;
    if (!answer.ok) {
      notifyError(answer.error);
      return false;
    }
    const changed = answer.value;
    gcam.update((known) => ({ ...known, cameras: known.cameras?.map((one) => (one.id === changed.id ? changed : one)) }));
    return true;
  }
}

function isCompressed({ state }: Camera): boolean {
  return [state?.codec, state?.hd?.codec].some((codec) => codec === "h264" || codec === "hevc");
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-tune-page": TunePage;
  }
}
