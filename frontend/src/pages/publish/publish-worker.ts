/** Pictures of this device to Gcam. In a worker, so that a page that is not looked at goes on. */
import { LastingSocket, type Send } from "../../api/socket.js";
import { messageOf, Pace, takenIn, type News, type Order } from "./messages.js";

/** Gcam tells of every picture that it took it. */
const SILENCE_MS = 15_000;
const TELL_EVERY_MS = 1000;

class Publisher {
  private readonly socket: LastingSocket;
  /** While it is connected. */
  private send: Send | undefined;
  private sent = 0;
  private taken = 0;
  private busy = false;
  private over = false;
  private counted = { pictures: 0, bytes: 0, since_ms: performance.now() };
  private readonly pace: Pace;
  private readonly canvas = new OffscreenCanvas(2, 2);
  private readonly clock: ReturnType<typeof setInterval>;

  constructor(
    url: string,
    private readonly fps: number,
    frames: ReadableStream<VideoFrame> | undefined,
  ) {
    this.pace = new Pace(fps);
    this.socket = new LastingSocket(url, {
      binaryType: "arraybuffer",
      silence_ms: SILENCE_MS,
      onOpen: (send) => {
        [this.send, this.sent, this.taken] = [send, 0, 0];
        this.tell();
      },
      onMessage: (data) => {
        if (data instanceof ArrayBuffer) this.taken = takenIn(data) ?? this.taken;
      },
      onChange: () => {
        this.send = undefined;
        this.tell();
      },
    });
    this.socket.start();
    this.clock = setInterval(() => this.tell(), TELL_EVERY_MS);
    if (frames) void this.read(frames);
    else this.ask();
  }

  end(): void {
    this.over = true;
    clearInterval(this.clock);
    this.socket.stop();
  }

  /** Each is closed at once: a camera stops when ten are kept. */
  async read(frames: ReadableStream<VideoFrame>): Promise<void> {
    const reader = frames.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.over) {
        value?.close();
        return;
      }
      await this.take(value, value.displayWidth, value.displayHeight);
      value.close();
    }
  }

  async picture(bitmap: ImageBitmap): Promise<void> {
    await this.take(bitmap, bitmap.width, bitmap.height);
    bitmap.close();
  }

  private ask(): void {
    if (this.over) return;
    say({ type: "wanted" });
    setTimeout(() => this.ask(), 1000 / this.fps);
  }

  private get waiting(): number {
    return this.sent - this.taken;
  }

  private async take(image: CanvasImageSource, width: number, height: number): Promise<void> {
    const at_ms = performance.now();
    if (this.busy || !this.send || !this.pace.isDue(at_ms, this.waiting)) return;
    this.busy = true;
    try {
      if (this.canvas.width !== width || this.canvas.height !== height) [this.canvas.width, this.canvas.height] = [width, height];
      this.canvas.getContext("2d", { alpha: false })?.drawImage(image, 0, 0);
      const blob = await this.canvas.convertToBlob({ type: "image/jpeg", quality: this.pace.quality });
      this.pass(await blob.arrayBuffer(), at_ms);
    } finally {
      this.busy = false;
    }
  }

  private pass(jpeg: ArrayBuffer, at_ms: number): void {
    if (!this.send) return;
    this.send(messageOf(jpeg, at_ms));
    this.sent += 1;
    this.counted.pictures += 1;
    this.counted.bytes += jpeg.byteLength;
  }

  private tell(): void {
    if (this.over) return;
    const now_ms = performance.now();
    const seconds = Math.max(0.001, (now_ms - this.counted.since_ms) / 1000);
    const { pictures, bytes } = this.counted;
    say({ type: "sending", connected: this.send !== undefined, fps: pictures / seconds, kilobytes: bytes / 1000 / seconds });
    if (seconds > 3) this.counted = { pictures: 0, bytes: 0, since_ms: now_ms };
  }
}

let publisher: Publisher | undefined;

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  if (data.type === "begin") {
    publisher?.end();
    publisher = new Publisher(data.url, data.fps, data.frames);
  } else if (data.type === "frames") void publisher?.read(data.frames);
  else if (data.type === "picture") void publisher?.picture(data.bitmap);
  else publisher?.end();
});

function say(news: News): void {
  postMessage(news);
}
