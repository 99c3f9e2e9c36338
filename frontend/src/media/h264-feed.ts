/** Live H.264 into a `<video>` by Media Source Extensions, kept near the live edge. */
import { H264Socket, type Opening } from "../api/h264.js";
import { retryDelayMs } from "../api/retry.js";

/** Further behind than this the video jumps ahead. */
const LATE_S = 1.5;
const EDGE_S = 0.2;
const KEPT_S = 10;
/** Further behind than the one it runs a little faster, until it is nearer than the other. */
const [BEHIND_S, NEAR_S, HURRY] = [0.45, 0.25, 1.2];

/** Where the video should be, undefined where it is well: `end` is the newest moment there is. At the beginning
 * there is all since the last key picture, which nobody wants to see first. */
export function catchUp(now: number, end: number, begins = false): number | undefined {
  return end - now > (begins ? EDGE_S : LATE_S) || now > end ? Math.max(0, end - EDGE_S) : undefined;
}

/** How fast it is to run, that runs at `rate`. */
export function pace(now: number, end: number, rate: number): number {
  if (end - now > BEHIND_S) return HURRY;
  return end - now < NEAR_S ? 1 : rate;
}

export function canPlayH264(): boolean {
  return "MediaSource" in globalThis && MediaSource.isTypeSupported('video/mp4; codecs="avc1.42C01F"');
}

export function canPlayH265(): boolean {
  return "MediaSource" in globalThis && MediaSource.isTypeSupported('video/mp4; codecs="hvc1.1.6.L120.B0"');
}

export class H264Feed {
  private readonly socket: H264Socket;
  private source: MediaSource | undefined;
  private buffer: SourceBuffer | undefined;
  private waiting: ArrayBuffer[] = [];
  private begins = true;
  private failures = 0;
  private again: ReturnType<typeof setTimeout> | undefined;
  private readonly playing = (): void => {
    this.failures = 0;
  };
  /** From the beginning, ever later: what this browser can't show it may never be able to. */
  private readonly failed = (): void => {
    this.socket.stop();
    this.release();
    this.waiting = [];
    this.onStale(true);
    this.failures += 1;
    clearTimeout(this.again);
    this.again = setTimeout(() => this.socket.start(), retryDelayMs(this.failures));
  };

  /** `hd`: of the camera's second address while that is there. `onStale`: whether nothing new came for some seconds. */
  constructor(
    cameraId: string,
    hd: boolean,
    private readonly video: HTMLVideoElement,
    private readonly onStale: (stale: boolean) => void,
  ) {
    video.addEventListener("error", this.failed);
    video.addEventListener("playing", this.playing);
    this.socket = new H264Socket(
      cameraId,
      hd,
      (opening) => this.open(opening),
      (bytes) => {
        onStale(false);
        this.waiting.push(bytes);
        this.append();
      },
      () => onStale(true),
      canPlayH265(),
    );
  }

  close(): void {
    this.video.removeEventListener("error", this.failed);
    this.video.removeEventListener("playing", this.playing);
    clearTimeout(this.again);
    this.socket.stop();
    this.release();
  }

  /** A stream of its own: at the beginning, after a loss, and for another size. */
  private open({ codec }: Opening): void {
    this.release();
    const source = new MediaSource();
    this.source = source;
    this.waiting = [];
    this.begins = true;
    source.addEventListener("sourceopen", () => {
      if (this.source !== source) return;
      try {
        this.buffer = source.addSourceBuffer(`video/mp4; codecs="${codec}"`);
      } catch {
        this.failed(); // a codec that this browser does not have: nothing else would say so
        return;
      }
      this.buffer.mode = "segments";
      this.buffer.addEventListener("updateend", () => this.append());
      this.append();
    });
    this.video.src = URL.createObjectURL(source);
  }

  private append(): void {
    const { buffer } = this;
    if (!buffer || buffer.updating || this.source?.readyState !== "open") return;
    const next = this.waiting.shift();
    if (!next) {
      this.follow(buffer);
      return;
    }
    try {
      buffer.appendBuffer(next);
    } catch {
      this.failed(); // full, or gone
    }
  }

  /** Stays near the live edge, and forgets what was seen. */
  private follow(buffer: SourceBuffer): void {
    if (buffer.buffered.length === 0) return;
    const [start, end] = [buffer.buffered.start(0), buffer.buffered.end(buffer.buffered.length - 1)];
    const place = catchUp(this.video.currentTime, end, this.begins);
    this.begins = false;
    if (place !== undefined || this.video.currentTime < start) this.video.currentTime = place ?? start;
    this.video.playbackRate = pace(this.video.currentTime, end, this.video.playbackRate);
    if (this.video.paused) void this.video.play().catch(() => undefined);
    if (end - start > KEPT_S * 2) buffer.remove(start, end - KEPT_S);
  }

  private release(): void {
    if (this.video.src) URL.revokeObjectURL(this.video.src);
    this.video.removeAttribute("src");
    this.buffer = undefined;
    this.source = undefined;
  }
}
