/** Between the page and its worker, and the form in which pictures are sent (docs/ref/push.md). Pure. */

/** How pictures are sent: each by itself, or as what differs from those before. */
export type Form = "jpeg" | "h264";

/** The page to the worker. `frames` where the browser has them there; else it sends a `picture` for each `wanted`.
 * `direct`: whether it can be seen without Gcam in between; what is said about that are `signal`s, as JSON. */
export type Order =
  | { type: "begin"; url: string; fps: number; form: Form; direct: boolean; frames?: ReadableStream<VideoFrame> }
  | { type: "frames"; frames: ReadableStream<VideoFrame> }
  | { type: "picture"; bitmap: ImageBitmap }
  | { type: "signal"; text: string }
  | { type: "end" };

/** The worker to the page. `delay_ms`: how long Gcam took to take the newest picture. `replaced`: another device is the
 * camera now. */
export type News =
  | { type: "wanted" }
  | { type: "sending"; connected: boolean; fps: number; kilobytes: number; form: Form; delay_ms?: number | undefined; asked?: number | undefined }
  | { type: "signal"; text: string }
  | { type: "replaced" };

const KINDS = { jpeg: 3, h264: 4 } as const;
const HEAD_BYTES = 13;
const TAKEN = 5;
const BYE = 7;
const SET = 9;
const STATUS = 10;
const [LEAST_FPS, MOST_FPS] = [0.1, 60];
const REPLACED = 3;

/** A picture as it is sent; `at_ms` by this device's clock. */
export function messageOf(picture: ArrayBuffer, at_ms: number, form: Form): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(HEAD_BYTES + picture.byteLength);
  const head = new DataView(message.buffer);
  head.setUint8(0, KINDS[form]);
  head.setUint32(1, picture.byteLength);
  head.setBigUint64(5, BigInt(Math.max(1, Math.round(at_ms * 1000))));
  message.set(new Uint8Array(picture), HEAD_BYTES);
  return message;
}

/** What Gcam sets, if that is what it says: pictures a second, 0 for all; or why that can't be. */
export function settingIn(message: ArrayBuffer): { fps: number } | { refused: string } | undefined {
  if (message.byteLength < HEAD_BYTES || new DataView(message).getUint8(0) !== SET) return undefined;
  const form = new URLSearchParams(new TextDecoder().decode(new Uint8Array(message, HEAD_BYTES)));
  for (const name of form.keys()) if (name !== "fps") return { refused: `There is no control '${name.slice(0, 40)}' in a browser; only fps.` };
  const said = form.get("fps");
  const fps = said === null || said.trim() === "" ? NaN : Number(said);
  if (fps === 0 || (fps >= LEAST_FPS && fps <= MOST_FPS)) return { fps };
  return { refused: "'fps' takes a number from 0.1 to 60, or 0 for all." };
}

/** How this camera is: how many pictures a second it sends at most. */
export function statusOf(fps: number, refused?: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify({ fps, ...(refused === undefined ? {} : { refused }) }));
  const message = new Uint8Array(HEAD_BYTES + text.byteLength);
  const head = new DataView(message.buffer);
  head.setUint8(0, STATUS);
  head.setUint32(1, text.byteLength);
  message.set(text, HEAD_BYTES);
  return message;
}

/** Whether Gcam ends it because another device is the camera now. */
export function isReplaced(message: ArrayBuffer): boolean {
  if (message.byteLength <= HEAD_BYTES) return false;
  const view = new DataView(message);
  return view.getUint8(0) === BYE && view.getUint8(HEAD_BYTES) === REPLACED;
}

/** How many pictures Gcam has taken, if that is what it says. */
export function takenIn(message: ArrayBuffer): number | undefined {
  if (message.byteLength !== HEAD_BYTES + 4) return undefined;
  const view = new DataView(message);
  return view.getUint8(0) === TAKEN ? view.getUint32(HEAD_BYTES) : undefined;
}

/** As many as were chosen here, or as few as Gcam asks for. What the line carries: fewer and simpler pictures where it is slow, more again where it is not. */
export class Pace {
  /** Of the JPEGs, 0 to 1. */
  quality = 0.8;
  private lastAt_ms = -Infinity;
  private late = 0;

  /** What Gcam asks for, where that is fewer. */
  asked: number | undefined;

  constructor(private readonly chosen: number) {}

  get fps(): number {
    return this.asked ?? this.chosen;
  }

  /** 0: all. */
  ask(fps: number): void {
    this.asked = fps > 0 && fps < this.chosen ? fps : undefined;
    this.lastAt_ms = -Infinity; // more are wanted at once, not after a long pause between few
  }

  /** Whether a picture is due now; `waiting` are on their way. */
  isDue(now_ms: number, waiting: number): boolean {
    if (now_ms - this.lastAt_ms < 1000 / this.fps - 4) return false;
    if (waiting >= MOST_WAITING) {
      this.late += 1;
      if (this.late > this.fps) [this.quality, this.late] = [Math.max(LEAST_QUALITY, this.quality - 0.1), 0];
      return false;
    }
    this.late = Math.max(0, this.late - 0.5);
    if (waiting === 0) this.quality = Math.min(BEST_QUALITY, this.quality + 0.005);
    const apart_ms = 1000 / this.fps;
    this.lastAt_ms = Math.max(this.lastAt_ms + apart_ms, now_ms - apart_ms / 2); // else 10 of a camera's 15 are 7.5
    return true;
  }
}

const MOST_WAITING = 4;
const LEAST_QUALITY = 0.4;
const BEST_QUALITY = 0.8;

/** Why the browser gives no camera, as a word of `publish.refused`. */
export function refusalOf(error: unknown): "denied" | "none" | "busy" | "failed" {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "failed";
}
