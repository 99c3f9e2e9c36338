/** What was recorded: a day of all cameras, played. Puts the parts together and keeps the address up to date. */
import { mdiHarddisk, mdiHelpCircleOutline } from "@mdi/js";
import { html, LitElement, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { frameTimesOf, newestRecording, recording, type Clip } from "../../api/recordings.js";
import { heading } from "../../components/heading.js";
import "../../components/icon.js";
import { iconButton } from "../../components/icon-button.js";
import { notify, notifyError } from "../../components/notify.js";
import { loadWords, REASONS, words } from "../../i18n/i18n.js";
import { Conductor, MOST_IN_STEP } from "../../media/conductor.js";
import { neighbour_s } from "../../media/frame-times.js";
import { clipAt, firstFrom } from "../../media/playlist.js";
import { loadPart } from "../../parts.js";
import { replace, type Place } from "../../router.js";
import { hashOf } from "../../routes.js";
import { gcam, now_s, onEvent, told } from "../../state/gcam.js";
import { keep, kept } from "../../state/kept.js";
import { remembered } from "../../state/remembered.js";
import { session } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import { markAsPlayed } from "../../state/unreviewed.js";
import { follow, type GcamClipActions } from "./clip-actions.js";
import "./clip-list.js";
import "./controls.js";
import { nextSpeed } from "./controls.js";
import "./day-picker.js";
import { clockOf, keyOf, type Day } from "./days.js";
import "./filter-bar.js";
import { EVERYTHING, passes, zonesOf, type Filters } from "./filters.js";
import { Footage } from "./footage.js";
import { emptyDay } from "./empty-day.js";
import type { GcamExportDialog } from "./export-dialog.js";
import type { View } from "./geometry.js";
import type { GcamKeysDialog } from "./keys-dialog.js";
import { commandOf, isElsewhere, type Command } from "./keys.js";
import { playbackPageStyles } from "./playback-page.styles.js";
import { rowsOf } from "./rows.js";
import { saveFrame } from "./save-frame.js";
import type { GcamShareDialog } from "./share-dialog.js";
import "./stage.js";
import type { GcamPlaybackStage } from "./stage.js";
import "./timeline.js";
import type { GcamTimeline, SeekDetail } from "./timeline.js";
import { Visit } from "./visit.js";

const t = words("playback");
const LETTERS_KEY = "gcam-letter-keys";
const STEP_S = 5;
const FAR_STEP_S = 60;
const NONE = [] as const;

/** Where Gcam lives, and not before it tells what happens: a day that was asked for earlier would be asked for again. */
async function timeZone(): Promise<string> {
  await told();
  return session.value.timezone;
}

@customElement("gcam-playback-page")
export class PlaybackPage extends LitElement {
  static override styles = playbackPageStyles;

  @property({ attribute: false }) place: Place | undefined;
  @state() private filters: Filters = EVERYTHING;
  @state() private inStep = false;
  @state() private letters = kept(LETTERS_KEY) !== "0";
  @state() private choosing = false;
  @state() private chosen: ReadonlySet<string> = new Set();
  @query("gcam-timeline") private timeline!: GcamTimeline | null;
  @query("gcam-playback-stage") private stage!: GcamPlaybackStage | null;
  @query("gcam-clip-actions") private actions!: GcamClipActions | null;
  @query("gcam-keys-dialog") private help!: GcamKeysDialog | null;
  @query("gcam-share-dialog") private sharing!: GcamShareDialog | null;
  @query("gcam-export-dialog") private exporting!: GcamExportDialog | null;

  @state() private range: View | undefined;
  private readonly conductor = new Conductor();
  private readonly footage = new Footage(notifyError);
  private readonly gcam = new Follow(this, gcam);
  private readonly found = new Follow(this, this.footage.state);
  private readonly playback = new Follow(this, this.conductor.state);
  private readonly visit = new Visit(
    { timeZone, recording, newest: newestRecording, now_s },
    {
      clips: () => this.clips,
      load: (day) => this.load(day),
      only: (camera) => (this.filters = { ...EVERYTHING, cameras: new Set([camera]) }),
      say: (what) => void notify({ text: t(what), kind: what === "clip_gone" ? "warning" : "neutral" }),
      keep: (query) => replace("playback", query),
    },
    this.conductor,
  );
  private readonly visited = new Follow(this, this.visit.state);
  private readonly leave: (() => void)[] = [];
  private readonly passing = remembered((clips: readonly Clip[], filters: Filters) => clips.filter((clip) => passes(clip, filters)));
  private readonly rows = remembered(rowsOf);
  private readonly everyRow = remembered(rowsOf);

  override connectedCallback(): void {
    super.connectedCallback();
    const leaving = (): void => this.footage.stop();
    addEventListener("keydown", this.keyed);
    addEventListener("pagehide", leaving);
    this.leave.push(
      () => removeEventListener("keydown", this.keyed),
      () => removeEventListener("pagehide", leaving),
      onEvent((event) => this.footage.after(event)),
      this.footage.state.subscribe(() => this.conductor.setClips(this.clips)),
      this.conductor.state.subscribe(({ clip }) => this.keepAddress(clip)),
      this.conductor.state.subscribe(({ clip, playing }) => clip && playing && markAsPlayed(clip.id)),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.leave.splice(0)) end();
    this.conductor.stop();
    this.footage.stop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("place")) void this.visit.goTo(this.place?.query ?? new URLSearchParams());
    if (changed.has("filters")) this.conductor.setClips(this.clips);
  }

  protected override render(): unknown {
    const { clips, found } = this;
    const { day, zone } = this.visited.value;
    const known = this.gcam.value.cameras;
    if (!day || !known) return ""; // nothing moves once it is there
    const rows = this.rows(known, found.value.clips, clips, this.filters);
    const { clip, playing } = this.playback.value;
    const stepping = this.inStep ? rows.slice(0, MOST_IN_STEP).map(({ camera }) => camera) : undefined;
    const cameras = this.everyRow(known, found.value.clips, NONE, EVERYTHING).map(({ camera, name }) => ({ id: camera, name }));
    return html`
      <h1 ${heading()}>${words("common")("nav.playback")}</h1>
      <div class="head">
        <gcam-day-picker day=${day.key} today=${keyOf(now_s(), zone)} zone=${zone} @gcam-day=${(event: CustomEvent<string>) => void this.visit.choose(event.detail)}></gcam-day-picker>
        <gcam-playback-filters .cameras=${cameras} .zones=${zonesOf(found.value.clips)} .filters=${this.filters}
          @gcam-filters=${(event: CustomEvent<Filters>) => (this.filters = event.detail)}></gcam-playback-filters>
        <div class="end">
        ${rows.length > 1
          ? html`<label class="in-step"><input type="checkbox" .checked=${live(this.inStep)} @change=${() => (this.inStep = !this.inStep)} />${t("in_step")}</label>`
          : ""}
        <a class="button plain" href=${hashOf("storage")} aria-label=${t("to_storage")} title=${t("to_storage")}><gcam-icon .path=${mdiHarddisk}></gcam-icon></a>
        ${iconButton({ label: t("keys"), icon: mdiHelpCircleOutline, run: () => this.run("help") })}
        </div>
      </div>
      ${this.inStep && rows.length > MOST_IN_STEP ? html`<p class="note">${t("first_four", { count: MOST_IN_STEP })}</p>` : ""}
      <gcam-playback-stage .conductor=${this.conductor} .cameras=${stepping} .rows=${rows} zone=${zone}></gcam-playback-stage>
      <div class="bar">
        <gcam-playback-controls .conductor=${this.conductor} zone=${zone} @gcam-frame=${(event: CustomEvent<1 | -1>) => void this.frame(event.detail)}
          @gcam-zoom=${(event: CustomEvent<number>) => this.timeline?.zoom(event.detail)} @gcam-full-screen=${() => this.run("full_screen")}></gcam-playback-controls>
        <gcam-clip-actions .clips=${this.actedOn()} .footage=${this.footage} ?choosing=${this.choosing}
          @gcam-choosing=${this.toggleChoosing} @gcam-deleted=${this.deleted} @gcam-save-picture=${() => void this.savePicture()}
          @gcam-share=${() => clip && void this.share(clip)} @gcam-export=${this.exportRange}></gcam-clip-actions>
      </div>
      <gcam-timeline .day=${day} .rows=${rows} zone=${zone} .time=${this.conductor.time} ?follow=${playing} .range=${this.range}
        @gcam-seek=${this.sought} @gcam-range=${this.ranged}></gcam-timeline>
      ${clips.length === 0
        ? emptyDay(found.value, {
            again: () => void this.footage.load(day),
            everything: () => (this.filters = EVERYTHING),
            newest: () => void this.visit.toNewest(),
          })
        : html`<gcam-clip-list .clips=${clips} zone=${zone} playing=${clip?.id ?? ""} ?choosing=${this.choosing} .chosen=${this.chosen}
            @gcam-open=${(event: CustomEvent<Clip>) => this.visit.open(event.detail)} @gcam-choose=${this.chose}></gcam-clip-list>`}
      <gcam-share-dialog></gcam-share-dialog>
      <gcam-export-dialog .rows=${rows} .day=${day} .range=${this.range} zone=${zone} camera=${clip?.camera_id ?? rows[0]?.camera ?? ""} @gcam-range=${this.ranged}></gcam-export-dialog>
      <gcam-keys-dialog .letters=${this.letters} @gcam-letters=${this.chooseLetters}></gcam-keys-dialog>`;
  }

  /** What is shown of the day's recordings. */
  private get clips(): readonly Clip[] {
    return this.passing(this.footage.state.value.clips, this.filters);
  }

  private async load(day: Day): Promise<void> {
    this.chosen = new Set();
    this.range = undefined;
    await this.footage.load(day);
    await this.updateComplete; // the stage has its videos
  }

  private readonly sought = ({ detail: { at, camera } }: CustomEvent<SeekDetail>): void => {
    const own = this.clips.filter(({ camera_id }) => camera_id === camera);
    const clip = this.inStep ? undefined : (clipAt(own, at) ?? (own.length > 0 ? firstFrom(own, at) : undefined));
    if (clip) this.conductor.open(clip, Math.max(at, clip.started_at));
    else this.conductor.seek(at);
  };

  private readonly ranged = (event: CustomEvent<View>): void => {
    this.range = event.detail;
  };

  /** Without a range chosen on the timeline: around what is shown. */
  private readonly exportRange = async (): Promise<void> => {
    const { clip } = this.playback.value;
    const at = this.conductor.time.value;
    this.range ??= clip ? { start: clip.started_at, end: clip.ended_at } : { start: at - 60, end: at + 60 };
    if (await loadPart(() => Promise.all([import("./export-dialog.js"), loadWords(REASONS)]))) this.exporting?.show();
  };

  private async share(clip: Clip): Promise<void> {
    this.conductor.pause(); // it is this recording that is shared, not the one that came next
    if (await loadPart(() => import("./share-dialog.js"))) this.sharing?.show(clip);
  }

  private readonly chooseLetters = ({ detail }: CustomEvent<boolean>): void => {
    this.letters = detail;
    keep(LETTERS_KEY, detail ? "1" : "0");
  };

  private async showHelp(): Promise<void> {
    if (await loadPart(() => import("./keys-dialog.js"))) this.help?.show();
  }

  private mark(edge: "start" | "end"): void {
    const at = this.conductor.time.value;
    const { start, end } = this.range ?? { start: at, end: at };
    this.range = edge === "start" ? { start: at, end: Math.max(at, end) } : { start: Math.min(start, at), end: at };
  }

  private actedOn(): readonly Clip[] {
    if (this.choosing) return this.clips.filter(({ id }) => this.chosen.has(id));
    const { clip } = this.playback.value;
    return clip ? [clip] : [];
  }

  private readonly toggleChoosing = (): void => {
    this.choosing = !this.choosing;
    this.chosen = new Set();
  };

  private readonly chose = (event: CustomEvent<ReadonlySet<string>>): void => {
    this.choosing = true;
    this.chosen = event.detail;
  };

  private readonly deleted = (): void => {
    this.chosen = new Set();
    if (!this.choosing) this.conductor.next();
  };

  private async frame(direction: 1 | -1): Promise<void> {
    this.conductor.pause();
    const { clip, video } = this.conductor;
    if (!clip || !video) return;
    const wanted = neighbour_s(await frameTimesOf(clip), video.element.currentTime, direction);
    if (wanted !== undefined) this.conductor.showFilm(wanted);
  }

  private async savePicture(): Promise<void> {
    const { clip, video } = this.conductor;
    if (!clip || !video) return;
    const { zone } = this.visited.value;
    const at = this.conductor.time.value;
    const name = `${clip.camera_name} ${keyOf(at, zone)} ${clockOf(at, zone).replaceAll(":", "-")}.jpg`;
    follow(await saveFrame(clip, video), name);
  }

  private keepAddress(clip: Clip | undefined): void {
    if (clip && this.isConnected) this.visit.keepClip(clip);
  }

  private readonly keyed = (event: KeyboardEvent): void => {
    const command = commandOf(event, this.letters);
    if (!command || event.defaultPrevented || isElsewhere(event.composedPath(), event.key)) return;
    event.preventDefault();
    this.run(command);
  };

  private run(command: Command): void {
    const { conductor, timeline } = this;
    const at = this.conductor.time.value;
    const acts: Record<Command, () => void> = {
      toggle: () => conductor.toggle(),
      back: () => conductor.seek(at - STEP_S),
      on: () => conductor.seek(at + STEP_S),
      back_far: () => conductor.seek(at - FAR_STEP_S),
      on_far: () => conductor.seek(at + FAR_STEP_S),
      frame_back: () => void this.frame(-1),
      frame_on: () => void this.frame(1),
      previous: () => conductor.previous(),
      next: () => conductor.next(),
      faster: () => conductor.setRate(nextSpeed(this.playback.value.rate, 1)),
      slower: () => conductor.setRate(nextSpeed(this.playback.value.rate, -1)),
      zoom_in: () => timeline?.zoom(0.5),
      zoom_out: () => timeline?.zoom(2),
      whole_day: () => timeline?.whole(),
      full_screen: () => this.stage?.fullScreen(),
      range_from: () => this.mark("start"),
      range_to: () => this.mark("end"),
      delete: () => this.actions?.delete(),
      help: () => void this.showHelp(),
    };
    acts[command]();
  }
}
