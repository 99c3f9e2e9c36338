/** One recording in one `<video>`: knows wall-clock times instead of seconds of film. No decisions about what plays. */
import { urlOf, type Schemas } from "../api/client.js";

type Clip = Schemas["Clip"];

const HAVE_METADATA = 1;
const HAVE_FUTURE_DATA = 3;
/** Without progress for that long, a seek is taken as done. */
const SEEK_PATIENCE_MS = 4000;

export class ClipVideo {
  readonly element: HTMLVideoElement;
  private shown: Clip | undefined;
  private start_s = 0;

  constructor() {
    this.element = document.createElement("video");
    this.element.muted = true;
    this.element.playsInline = true;
    this.element.disablePictureInPicture = true;
    this.element.tabIndex = -1;
    this.element.addEventListener("loadedmetadata", () => this.seekFilm(this.start_s));
  }

  get clip(): Clip | undefined {
    return this.shown;
  }

  /** Loads `clip`, ready to play from `at`. */
  load(clip: Clip, at: number): void {
    if (this.shown?.id === clip.id) {
      this.seek(at);
      return;
    }
    this.shown = clip;
    this.start_s = 0;
    this.element.preload = "auto";
    this.element.src = urlOf(`/api/v1/clips/${encodeURIComponent(clip.id)}/video.mp4`);
    this.seek(at);
  }

  clear(): void {
    if (!this.shown) return;
    this.shown = undefined;
    this.element.removeAttribute("src");
    this.element.load();
  }

  /** The moment that is shown, Unix seconds. */
  get at(): number {
    return this.shown ? this.shown.started_at + this.element.currentTime * this.pace : 0;
  }

  seek(at: number): void {
    if (!this.shown) return;
    this.start_s = Math.max(0, (at - this.shown.started_at) / this.pace);
    if (this.element.readyState >= HAVE_METADATA) this.seekFilm(this.start_s);
  }

  /** Seeks and waits until that picture is there. */
  async seeked(at: number): Promise<void> {
    const { element } = this;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        for (const name of ["seeked", "error", "emptied"]) element.removeEventListener(name, done);
        resolve();
      };
      const timer = setTimeout(done, SEEK_PATIENCE_MS);
      for (const name of ["seeked", "error", "emptied"]) element.addEventListener(name, done);
      this.seek(at);
      if (element.readyState >= HAVE_METADATA && !element.seeking) done();
    });
  }

  get isPlayable(): boolean {
    return !this.element.seeking && this.element.readyState >= HAVE_FUTURE_DATA;
  }

  get isPlaying(): boolean {
    return !this.element.paused && !this.element.ended && this.isPlayable;
  }

  get isEnded(): boolean {
    return this.element.ended;
  }

  get isBroken(): boolean {
    return this.element.error !== null;
  }

  /** Seconds of film per wall-clock second is 1, but for a time lapse. */
  get pace(): number {
    const film_s = this.element.duration;
    if (this.shown?.kind !== "timelapse" || !Number.isFinite(film_s) || film_s <= 0) return 1;
    return Math.max(1, this.shown.duration_s / film_s);
  }

  private seekFilm(film_s: number): void {
    const last = Number.isFinite(this.element.duration) ? Math.max(0, this.element.duration - 0.001) : film_s;
    const wanted = Math.min(film_s, last);
    if (Math.abs(this.element.currentTime - wanted) > 0.0005) this.element.currentTime = wanted;
  }
}
