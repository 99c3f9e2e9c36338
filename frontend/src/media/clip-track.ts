/** One picture of the stage: plays recordings one after another without a visible gap, by two videos taking turns. */
import type { Schemas } from "../api/client.js";
import { ClipVideo } from "./clip-video.js";
import { steer } from "./steering.js";

type Clip = Schemas["Clip"];

/** What a viewer should know of it. */
export type TrackState = "empty" | "loading" | "ready" | "broken";

const CHANGES = ["loadeddata", "canplay", "seeking", "seeked", "waiting", "ended", "error"] as const;

export class ClipTrack {
  private front = new ClipVideo();
  private back = new ClipVideo();
  private playing = false;

  /** `onChange` is called when a video has loaded, found a place, stalls, ends or fails. */
  constructor(private readonly onChange: () => void) {
    for (const { element } of [this.front, this.back])
      for (const name of CHANGES) element.addEventListener(name, () => this.onChange());
  }

  /** Puts its two videos into `stage`; the one behind has the attribute `hidden`. */
  mount(stage: HTMLElement): void {
    stage.append(this.back.element, this.front.element);
    this.turn();
  }

  unmount(): void {
    for (const video of [this.front, this.back]) {
      video.element.pause();
      video.clear();
      video.element.remove();
    }
  }

  get clip(): Clip | undefined {
    return this.front.clip;
  }

  get video(): ClipVideo {
    return this.front;
  }

  get at(): number {
    return this.front.at;
  }

  get state(): TrackState {
    if (!this.front.clip) return "empty";
    if (this.front.isBroken) return "broken";
    return this.front.isPlayable || this.front.isEnded ? "ready" : "loading";
  }

  /** Shows `clip` at `at`; at once where it was prepared. Where nothing plays, its beginning is one picture. */
  show(clip: Clip, at: number): void {
    if (this.front.clip?.id === clip.id) {
      this.front.seek(at);
      return;
    }
    if (this.back.clip?.id === clip.id) {
      [this.front, this.back] = [this.back, this.front];
      this.back.element.pause();
      this.turn();
      if (Math.abs(this.front.at - at) > 0.3) this.front.seek(at);
    } else if (!this.playing && at === clip.started_at) this.front.stand(clip);
    else this.front.load(clip, at);
    this.obey();
  }

  /** Loads what comes next, out of sight. */
  prepare(clip: Clip): void {
    if (this.back.clip?.id !== clip.id && this.front.clip?.id !== clip.id) this.back.load(clip, clip.started_at);
  }

  clear(): void {
    if (this.front.clip) this.front.element.pause();
    this.front.clear();
  }

  play(rate: number): void {
    this.playing = true;
    this.setRate(rate);
    this.obey();
  }

  pause(): void {
    this.playing = false;
    this.obey();
  }

  setRate(rate: number): void {
    if (this.front.element.playbackRate !== rate) this.front.element.playbackRate = rate;
  }

  /** Brings it to `at`, gently where it is close. */
  follow(at: number, rate: number): void {
    if (!this.front.clip || this.front.isEnded) return;
    const steering = steer(this.front.at - at, rate);
    if (steering.kind === "seek") this.front.seek(at);
    else this.setRate(steering.rate);
  }

  private obey(): void {
    const { element } = this.front;
    if (!this.playing || !this.front.clip) element.pause();
    else if (element.paused && !element.ended) this.front.play();
  }

  private turn(): void {
    this.back.element.hidden = true;
    this.front.element.hidden = false;
  }
}
