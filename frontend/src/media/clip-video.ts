/** One recording in one `<video>`: knows wall-clock times instead of seconds of film. No decisions about what plays. */
import { urlOf, type Schemas } from "../api/client.js";

type Clip = Schemas["Clip"];

const HAVE_METADATA = 1;
const HAVE_CURRENT_DATA = 2;
const HAVE_FUTURE_DATA = 3;
/** A first picture is no wider than that. */
const STILL_PX = 1280;
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
    this.begin(clip, "auto");
    this.seek(at);
  }

  /**
   * Its first picture alone: none of the film is fetched before it is to play or to show another moment. Where that
   * picture does not come, the film is asked, which knows whether it can be played.
   */
  stand(clip: Clip): void {
    this.begin(clip, "none");
    const picture = new Image();
    picture.addEventListener("load", () => {
      if (this.shown === clip) this.element.poster = picture.src;
    });
    picture.addEventListener("error", () => {
      if (this.shown === clip) this.fetch();
    });
    picture.src = urlOf(`/api/v1/clips/${encodeURIComponent(clip.id)}/frame.jpg`, { width: Math.min(clip.width, STILL_PX) });
  }

  /** Only its first picture is there. */
  get isStill(): boolean {
    return this.shown !== undefined && this.element.preload === "none";
  }

  play(): void {
    this.fetch();
    void this.element.play().catch(() => undefined); // replaced by a newer wish
  }

  /** From now on the film itself. */
  fetch(): void {
    this.element.preload = "auto";
  }

  clear(): void {
    if (!this.shown) return;
    this.shown = undefined;
    this.element.removeAttribute("poster");
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
    if (this.start_s > 0) this.fetch();
    if (this.element.readyState >= HAVE_METADATA) this.seekFilm(this.start_s);
  }

  /** Seeks and waits until that picture of the film is there. */
  async seeked(at: number): Promise<void> {
    const { element } = this;
    this.fetch();
    this.seek(at);
    await new Promise<void>((resolve) => {
      const done = (): void => {
        if (element.seeking) return;
        over();
      };
      const over = (): void => {
        clearTimeout(timer);
        for (const name of ["seeked", "loadeddata"]) element.removeEventListener(name, done);
        for (const name of ["error", "emptied"]) element.removeEventListener(name, over);
        resolve();
      };
      const timer = setTimeout(over, SEEK_PATIENCE_MS);
      for (const name of ["seeked", "loadeddata"]) element.addEventListener(name, done);
      for (const name of ["error", "emptied"]) element.addEventListener(name, over);
      if (element.readyState >= HAVE_CURRENT_DATA) done();
    });
  }

  get isPlayable(): boolean {
    return this.isStill || (!this.element.seeking && this.element.readyState >= HAVE_FUTURE_DATA);
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

  private begin(clip: Clip, preload: "auto" | "none"): void {
    this.shown = clip;
    this.start_s = 0;
    this.element.removeAttribute("poster");
    this.element.preload = preload;
    this.element.src = urlOf(`/api/v1/clips/${encodeURIComponent(clip.id)}/video.mp4`);
  }

  private seekFilm(film_s: number): void {
    const last = Number.isFinite(this.element.duration) ? Math.max(0, this.element.duration - 0.001) : film_s;
    const wanted = Math.min(film_s, last);
    if (Math.abs(this.element.currentTime - wanted) > 0.0005) this.element.currentTime = wanted;
  }
}
