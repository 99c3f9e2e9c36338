/** This device's camera, sent to Gcam until it is ended. */
import type { Form, News, Order } from "./messages.js";
import { canBeSeen, Peers } from "./peers.js";

type Processor = new (init: { track: MediaStreamTrack }) => { readable: ReadableStream<VideoFrame> };

export interface Wish {
  deviceId: string;
  width: number;
  height: number;
  fps: number;
  form: Form;
}

export interface Listener {
  /** How it goes, once a second. */
  sending(news: Extract<News, { type: "sending" }>): void;
  /** How many see it without Gcam in between. */
  watched(count: number): void;
  /** The device took its camera back. */
  stopped(): void;
  /** Another device is this camera now. */
  replaced(): void;
}

/** Whether the browser may give a camera to this page at all: only over https, or on the machine itself. */
export function mayCapture(): boolean {
  return window.isSecureContext && "mediaDevices" in navigator;
}

export async function open({ deviceId, width, height, fps }: Omit<Wish, "form">): Promise<MediaStream> {
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: "environment" } };
  const video = { ...which, width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: fps } };
  return navigator.mediaDevices.getUserMedia({ video, audio: false });
}

export class Capture {
  private readonly worker = new Worker(new URL("./publish-worker.ts", import.meta.url), { type: "module" });

  private readonly peers: Peers;

  constructor(
    private readonly video: HTMLVideoElement,
    private stream: MediaStream,
    url: string,
    { fps, form }: Wish,
    private readonly listener: Listener,
  ) {
    this.peers = new Peers(stream, (text) => this.say({ type: "signal", text }), (count) => listener.watched(count));
    this.worker.addEventListener("message", ({ data }: MessageEvent<News>) => this.hear(data));
    const frames = this.frames();
    const begin = { type: "begin", url, fps, form, direct: canBeSeen() } as const;
    this.say(frames ? { ...begin, frames } : begin, frames ? [frames] : []);
  }

  /** The same, from a camera that was opened anew. */
  goOn(stream: MediaStream): void {
    this.stream = stream;
    void this.peers.goOn(stream);
    const frames = this.frames();
    if (frames) this.say({ type: "frames", frames }, [frames]);
  }

  end(): void {
    this.say({ type: "end" });
    this.worker.terminate();
    this.peers.end();
    for (const track of this.stream.getTracks()) track.stop();
  }

  private hear(news: News): void {
    if (news.type === "wanted") void this.picture();
    else if (news.type === "signal") void this.peers.hear(news.text);
    else if (news.type === "replaced") this.listener.replaced();
    else {
      if (!news.connected) this.peers.end();
      this.listener.sending(news);
    }
  }

  /** In the worker where the browser can: there they come at full rate, also while nobody looks at the page. */
  private frames(): ReadableStream<VideoFrame> | undefined {
    const [track] = this.stream.getVideoTracks();
    const { MediaStreamTrackProcessor } = globalThis as { MediaStreamTrackProcessor?: Processor };
    if (!track) return undefined;
    track.addEventListener("ended", () => this.listener.stopped(), { once: true });
    return MediaStreamTrackProcessor ? new MediaStreamTrackProcessor({ track }).readable : undefined;
  }

  private async picture(): Promise<void> {
    if (this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    const bitmap = await createImageBitmap(this.video);
    this.say({ type: "picture", bitmap }, [bitmap]);
  }

  private say(order: Order, transferred: Transferable[] = []): void {
    this.worker.postMessage(order, transferred);
  }
}
