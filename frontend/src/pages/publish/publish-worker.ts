/** Pictures of this device to Gcam. In a worker, so that a page that is not looked at goes on. */
import { LastingSocket, type Send } from "../../api/socket.js";
import { H264 } from "./h264.js";
import { isReplaced, messageOf, Pace, settingIn, statusOf, takenIn, type Form, type News, type Order } from "./messages.js";

/** Gcam tells of every picture that it took it. */
const SILENCE_MS = 15_000;
const TELL_EVERY_MS = 1000;

class Publisher {
  private readonly socket: LastingSocket;
  /** While it is connected. */
  private send: Send | undefined;
  /** When each picture was sent that Gcam has not taken. */
  private waiting: number[] = [];
  private taken = 0;
  private delay_ms: number | undefined;
  private busy = false;
  private over = false;
  private counted = { pictures: 0, bytes: 0, since_ms: performance.now() };
  private readonly pace: Pace;
  private readonly canvas = new OffscreenCanvas(2, 2);
  private readonly clock: ReturnType<typeof setInterval>;
  private readonly h264: H264;
  private readonly fps: number;
  private form: Form;

  constructor({ url, fps, form, direct, frames }: Extract<Order, { type: "begin" }>) {
    [this.fps, this.form] = [fps, form];
    this.pace = new Pace(fps);
    this.h264 = new H264(fps, (picture, at_ms) => this.pass(picture, at_ms, "h264"), () => (this.form = "jpeg"));
    this.socket = new LastingSocket(url, {
      binaryType: "arraybuffer",
      silence_ms: SILENCE_MS,
      onOpen: (send) => {
        [this.send, this.waiting, this.taken] = [send, [], 0];
        this.h264.anew();
        if (direct) send('{"type":"able"}');
        send(statusOf(this.pace.fps));
        this.tell();
      },
      onMessage: (data) => this.hear(data),
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
    this.h264.close();
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

  signal(text: string): void {
    this.send?.(text);
  }

  private hear(data: unknown): void {
    if (typeof data === "string") say({ type: "signal", text: data });
    if (!(data instanceof ArrayBuffer)) return;
    const count = takenIn(data);
    if (count !== undefined) this.note(count);
    this.obey(settingIn(data));
    if (!isReplaced(data)) return;
    this.end();
    say({ type: "replaced" });
  }

  private obey(told: ReturnType<typeof settingIn>): void {
    if (told === undefined) return;
    if ("fps" in told) this.pace.ask(told.fps);
    this.send?.(statusOf(this.pace.fps, "refused" in told ? told.refused : undefined));
    this.tell();
  }

  private note(count: number): void {
    const since_ms = this.waiting.splice(0, count - this.taken).at(-1);
    this.taken = count;
    if (since_ms !== undefined) this.delay_ms = performance.now() - since_ms;
  }

  private ask(): void {
    if (this.over) return;
    say({ type: "wanted" });
    setTimeout(() => this.ask(), 1000 / this.fps);
  }

  private async take(image: VideoFrame | ImageBitmap, width: number, height: number): Promise<void> {
    const at_ms = performance.now();
    if (this.busy || !this.send || !this.pace.isDue(at_ms, this.waiting.length)) return;
    this.busy = true;
    try {
      if (this.form === "h264") await this.h264.take(image, width, height, at_ms, this.pace.quality);
      else this.pass(await this.jpeg(image, width, height), at_ms, "jpeg");
    } catch {
      this.form = "jpeg"; // a browser that can't make this picture H.264 after all
    } finally {
      this.busy = false;
    }
  }

  private async jpeg(image: CanvasImageSource, width: number, height: number): Promise<ArrayBuffer> {
    if (this.canvas.width !== width || this.canvas.height !== height) [this.canvas.width, this.canvas.height] = [width, height];
    this.canvas.getContext("2d", { alpha: false })?.drawImage(image, 0, 0);
    const blob = await this.canvas.convertToBlob({ type: "image/jpeg", quality: this.pace.quality });
    return blob.arrayBuffer();
  }

  private pass(picture: ArrayBuffer, at_ms: number, form: Form): boolean {
    if (!this.send) return false;
    this.send(messageOf(picture, at_ms, form));
    this.waiting.push(performance.now());
    this.counted.pictures += 1;
    this.counted.bytes += picture.byteLength;
    return true;
  }

  private tell(): void {
    if (this.over) return;
    const { form, delay_ms } = this;
    const now_ms = performance.now();
    const seconds = Math.max(0.001, (now_ms - this.counted.since_ms) / 1000);
    const { pictures, bytes } = this.counted;
    const connected = this.send !== undefined;
    say({ type: "sending", connected, fps: pictures / seconds, kilobytes: bytes / 1000 / seconds, form, delay_ms, asked: this.pace.asked });
    if (seconds > 3) this.counted = { pictures: 0, bytes: 0, since_ms: now_ms };
  }
}

let publisher: Publisher | undefined;

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  if (data.type === "begin") {
    publisher?.end();
    publisher = new Publisher(data);
  } else if (data.type === "frames") void publisher?.read(data.frames);
  else if (data.type === "picture") void publisher?.picture(data.bitmap);
  else if (data.type === "signal") publisher?.signal(data.text);
  else publisher?.end();
});

function say(news: News): void {
  postMessage(news);
}
