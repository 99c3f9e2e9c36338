/**
 * Plays recordings: one after another over all cameras (`sequence`), or up to four cameras in step, all following one
 * clock. Decides what plays when; how a picture gets onto the screen is `ClipTrack`'s.
 */
import { Store } from "../state/store.js";
import { ClipTrack, type TrackState } from "./clip-track.js";
import type { ClipVideo } from "./clip-video.js";
import { PlaybackClock } from "./playback-clock.js";
import { clipAt, firstFrom, following, nearest, nextAfter, previousBefore, stayingAt, type Clip } from "./playlist.js";

export const MOST_IN_STEP = 4;
/** How much earlier than needed the next recording is loaded, seconds at normal speed. */
const PREPARE_S = 8;

export interface Playback {
  playing: boolean;
  /** A picture is not there yet: the clock waits. */
  waiting: boolean;
  rate: number;
  /** The recording that actions are about. */
  clip: Clip | undefined;
  panes: readonly { camera: string | undefined; clip: Clip | undefined; state: TrackState }[];
}

interface Lane {
  /** Undefined: any camera's. */
  camera: string | undefined;
  track: ClipTrack;
  clips: readonly Clip[];
}

export class Conductor {
  readonly state = new Store<Playback>({ playing: false, waiting: false, rate: 1, clip: undefined, panes: [] });
  /** The moment that is shown, Unix seconds. */
  readonly time = new Store(0);

  private readonly clock = new PlaybackClock(() => performance.now());
  private clips: readonly Clip[] = [];
  private lanes: Lane[] = [];
  private wanted = false;
  private timer = 0;

  constructor(private readonly newTrack = (onChange: () => void) => new ClipTrack(onChange)) {}

  /** `cameras` in step, or undefined for one after another. Returns the tracks to mount, in that order. */
  arrange(cameras: readonly string[] | undefined): readonly ClipTrack[] {
    for (const { track } of this.lanes) track.unmount();
    const names = cameras ? cameras.slice(0, MOST_IN_STEP) : [undefined];
    this.lanes = names.map((camera) => ({ camera, track: this.newTrack(() => this.tick()), clips: this.of(camera) }));
    return this.lanes.map(({ track }) => track);
  }

  /** What there is to play, by beginning. What plays goes on. */
  setClips(clips: readonly Clip[]): void {
    this.clips = clips;
    for (const lane of this.lanes) lane.clips = this.of(lane.camera);
    this.tick();
  }

  open(clip: Clip, at = clip.started_at): void {
    this.clock.set(at);
    if (this.inStep) this.place(at);
    else this.lanes[0]?.track.show(clip, at);
    this.tick();
  }

  /** Shows `at`, or what is nearest to it. */
  seek(at: number): void {
    if (this.inStep) {
      this.clock.set(at);
      this.place(at);
      this.tick();
      return;
    }
    const current = this.lanes[0]?.track.clip;
    const clip = stayingAt(this.clips, at, current) ?? nearest(this.clips, at);
    if (clip) this.open(clip, Math.min(Math.max(at, clip.started_at), clip.ended_at));
  }

  /** Nothing is shown; the clock stands at `at`. */
  clear(at: number): void {
    this.wanted = false;
    this.clock.hold();
    this.clock.set(at);
    for (const { track } of this.lanes) track.clear();
    this.tick();
  }

  /** Shows the moment `film_s` seconds into the video, exactly; the others in step follow. */
  showFilm(film_s: number): void {
    const track = this.lanes.find((lane) => lane.track.clip)?.track;
    if (!track) return;
    const at = (track.clip?.started_at ?? 0) + film_s * track.video.pace;
    this.clock.set(at);
    for (const lane of this.lanes) lane.track.video.seek(at);
    this.tick();
  }

  play(): void {
    this.wanted = true;
    const [lane] = this.lanes;
    if (!this.inStep && lane) {
      if (!lane.track.clip) this.seek(this.clock.at);
      else if (lane.track.video.isEnded) this.open(lane.track.clip);
    }
    this.tick();
  }

  pause(): void {
    this.wanted = false;
    this.tick();
  }

  toggle(): void {
    if (this.wanted) this.pause();
    else this.play();
  }

  setRate(rate: number): void {
    this.clock.setRate(rate);
    for (const { track } of this.lanes) track.setRate(rate);
    this.tick();
  }

  next(): void {
    const { clip } = this;
    const next = clip ? nextAfter(this.pool, clip) : firstFrom(this.pool, this.clock.at);
    if (next) this.open(next);
  }

  previous(): void {
    const { clip } = this;
    const previous = clip ? previousBefore(this.pool, clip) : this.pool.findLast(({ started_at }) => started_at < this.clock.at);
    if (previous) this.open(previous);
  }

  /** The recording that actions such as “protect” are about: the first that is shown. */
  get clip(): Clip | undefined {
    const shown = this.lanes.find(({ track }) => track.clip)?.track.clip;
    return this.clips.find(({ id }) => id === shown?.id) ?? shown;
  }

  /** The video of that recording. */
  get video(): ClipVideo | undefined {
    return this.lanes.find(({ track }) => track.clip)?.track.video;
  }

  stop(): void {
    this.wanted = false;
    cancelAnimationFrame(this.timer);
    this.timer = 0;
    for (const { track } of this.lanes) track.unmount();
    this.lanes = [];
  }

  private get inStep(): boolean {
    return this.lanes[0]?.camera !== undefined;
  }

  /** The recordings that “next” and “previous” go through. */
  private get pool(): readonly Clip[] {
    if (!this.inStep) return this.clips;
    const shown = new Set(this.lanes.map(({ camera }) => camera));
    return this.clips.filter(({ camera_id }) => shown.has(camera_id));
  }

  private of(camera: string | undefined): readonly Clip[] {
    return camera === undefined ? this.clips : this.clips.filter(({ camera_id }) => camera_id === camera);
  }

  private readonly tick = (): void => {
    cancelAnimationFrame(this.timer);
    this.timer = this.wanted ? requestAnimationFrame(this.tick) : 0;
    if (this.inStep) this.tickInStep();
    else this.tickSequence();
    this.tell();
  };

  private tickSequence(): void {
    const [lane] = this.lanes;
    const clip = lane?.track.clip;
    if (!lane || !clip) return;
    const { track } = lane;
    if (track.video.isEnded || track.state === "broken") {
      const next = this.wanted ? following(this.clips, clip) : undefined;
      if (next) track.show(next, next.started_at);
      else if (this.wanted) this.wanted = false;
    } else if (this.wanted && clip.ended_at - track.at < PREPARE_S * this.clock.rate) {
      const next = following(this.clips, clip);
      if (next) track.prepare(next);
    }
    if (this.wanted) track.play(this.clock.rate);
    else track.pause();
    if (!track.video.element.seeking) this.clock.set(track.at);
  }

  private tickInStep(): void {
    this.place(this.clock.at, false);
    const shown = this.lanes.filter(({ track }) => track.clip && track.state !== "broken");
    if (this.wanted && shown.length === 0) this.skip();
    const waits = shown.some(({ track }) => track.state === "loading");
    if (!this.wanted || waits) this.clock.hold();
    else this.clock.run();
    for (const { track } of shown) {
      if (!this.clock.isRunning) track.pause();
      else {
        track.play(track.video.element.playbackRate);
        track.follow(this.clock.at, this.clock.rate);
      }
    }
  }

  /** Gives every camera the recording of that moment, and loads what comes next. */
  private place(at: number, exactly = true): void {
    for (const { track, clips } of this.lanes) {
      const clip = exactly ? clipAt(clips, at) : stayingAt(clips, at, track.clip);
      if (!clip) track.clear();
      else if (exactly || clip.id !== track.clip?.id) track.show(clip, at);
      const next = firstFrom(clips, (clip ?? { ended_at: at }).ended_at - 1);
      if (next && next.started_at - at < PREPARE_S * this.clock.rate) track.prepare(next);
    }
  }

  /** Nobody recorded now: on to the next recording, or the end. */
  private skip(): void {
    const next = firstFrom(this.pool, this.clock.at);
    if (next) {
      this.clock.set(next.started_at);
      this.place(next.started_at);
    } else this.wanted = false;
  }

  private tell(): void {
    this.time.set(this.clock.at);
    const panes = this.lanes.map(({ camera, track }) => ({ camera, clip: track.clip, state: track.state }));
    const waiting = panes.some(({ state }) => state === "loading");
    const state = { playing: this.wanted, waiting, rate: this.clock.rate, clip: this.clip, panes };
    if (!isSame(this.state.value, state)) this.state.set(state);
  }
}

function isSame(a: Playback, b: Playback): boolean {
  return (
    a.playing === b.playing &&
    a.waiting === b.waiting &&
    a.rate === b.rate &&
    a.clip === b.clip &&
    a.panes.length === b.panes.length &&
    a.panes.every((pane, index) => {
      const other = b.panes[index];
      return pane.clip === other?.clip && pane.state === other?.state && pane.camera === other.camera;
    })
  );
}
