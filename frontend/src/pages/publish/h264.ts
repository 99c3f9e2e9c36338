/** Pictures made H.264 by the browser (WebCodecs), where it can. For Workers. */

/** A viewer or a recording that begins can't begin sooner than with a key. */
const KEY_EVERY_MS = 2000;
const BITS_PER_PIXEL = 0.12;
const BEST_QUALITY = 0.8;
const MOST_QUEUED = 2;

/** Of H.264's levels the least that bears so many macroblocks a second. */
const LEVELS = [
  { level: "1f", blocks: 3600, rate: 108_000 },
  { level: "20", blocks: 5120, rate: 216_000 },
  { level: "28", blocks: 8192, rate: 245_760 },
  { level: "32", blocks: 22_080, rate: 589_824 },
  { level: "33", blocks: 36_864, rate: 983_040 },
] as const;

/** How it is to be made: baseline, since nothing plays less, in the form in which docs/ref/push.md wants it. */
export function configOf(width: number, height: number, fps: number, quality: number): VideoEncoderConfig {
  const [even, high] = [width & ~1, height & ~1];
  const blocks = Math.ceil(even / 16) * Math.ceil(high / 16);
  const { level } = LEVELS.find((one) => blocks <= one.blocks && blocks * fps <= one.rate) ?? LEVELS[4];
  const share = Math.round(quality * 10) / 10 / BEST_QUALITY; // in steps: a new rate costs a key
  return {
    codec: `avc1.42E0${level}`,
    width: even,
    height: high,
    framerate: fps,
    bitrate: Math.round(even * high * fps * BITS_PER_PIXEL * share),
    latencyMode: "realtime",
    avc: { format: "annexb" },
  };
}

export function isKeyDue(at_ms: number, key_ms: number, fps: number): boolean {
  return at_ms + 1000 / fps > key_ms + KEY_EVERY_MS;
}

export async function canEncode(config: VideoEncoderConfig): Promise<boolean> {
  if (!("VideoEncoder" in globalThis)) return false;
  try {
    return (await VideoEncoder.isConfigSupported(config)).supported ?? false;
  } catch {
    return false;
  }
}

export class H264 {
  private encoder: VideoEncoder | undefined;
  private config = "";
  private key_ms = -Infinity;
  private keyed = false;
  /** What came of the encoder is of no use before a key. */
  private waits = true;

  /** `pass` says whether it is on its way; `failed` that the browser can't make H.264 after all. */
  constructor(
    private readonly fps: number,
    private readonly pass: (picture: ArrayBuffer, at_ms: number) => boolean,
    private readonly failed: () => void,
  ) {}

  async take(image: VideoFrame | ImageBitmap, width: number, height: number, at_ms: number, quality: number): Promise<void> {
    const encoder = await this.made(configOf(width, height, this.fps, quality));
    if (!encoder || encoder.encodeQueueSize > MOST_QUEUED) return;
    const keyFrame = !this.keyed || isKeyDue(at_ms, this.key_ms, this.fps);
    const frame = new VideoFrame(image, { timestamp: Math.round(at_ms * 1000) });
    encoder.encode(frame, { keyFrame });
    frame.close();
    if (keyFrame) [this.key_ms, this.keyed] = [at_ms, true];
  }

  /** What was sent may be lost: nothing counts before the next key. */
  anew(): void {
    this.keyed = false;
    this.waits = true;
  }

  close(): void {
    if (this.encoder && this.encoder.state !== "closed") this.encoder.close();
    this.encoder = undefined;
  }

  private async made(config: VideoEncoderConfig): Promise<VideoEncoder | undefined> {
    const wanted = JSON.stringify(config);
    if (this.encoder?.state === "configured" && this.config === wanted) return this.encoder;
    if (!(await canEncode(config))) {
      this.failed();
      return undefined;
    }
    if (this.encoder?.state !== "configured")
      this.encoder = new VideoEncoder({ output: (chunk) => this.told(chunk), error: () => this.failed() });
    this.encoder.configure(config);
    this.config = wanted;
    this.anew();
    return this.encoder;
  }

  private told(chunk: EncodedVideoChunk): void {
    if (chunk.type === "key") this.waits = false;
    if (this.waits) return;
    const picture = new ArrayBuffer(chunk.byteLength);
    chunk.copyTo(picture);
    if (!this.pass(picture, chunk.timestamp / 1000)) this.anew();
  }
}
