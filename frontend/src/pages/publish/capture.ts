/** This device's camera, sent to Gcam until it is ended. */
import type { News, Order } from "./messages.js";

type Processor = new (init: { track: MediaStreamTrack }) => { readable: ReadableStream<VideoFrame> };

export interface Wish {
  deviceId: string;
  width: number;
  height: number;
  fps: number;
}

/** Whether the browser may give a camera to this page at all: only over https, or on the machine itself. */
export function mayCapture(): boolean {
  return window.isSecureContext && "mediaDevices" in navigator;
}

export async function open({ deviceId, width, height, fps }: Wish): Promise<MediaStream> {
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: "environment" } };
  const video = { ...which, width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: fps } };
  return navigator.mediaDevices.getUserMedia({ video, audio: false });
}

export class Capture {
  private readonly worker = new Worker(new URL("./publish-worker.ts", import.meta.url), { type: "module" });

  /** `told` hears how it goes, twice a second at most; `stopped` that the device took its camera back. */
  constructor(
    private readonly video: HTMLVideoElement,
    private stream: MediaStream,
    url: string,
    fps: number,
    told: (news: Extract<News, { type: "sending" }>) => void,
    private readonly stopped: () => void,
  ) {
    this.worker.addEventListener("message", ({ data }: MessageEvent<News>) => {
      if (data.type === "sending") told(data);
      else void this.picture();
    });
    const frames = this.frames();
    this.say({ type: "begin", url, fps, ...(frames && { frames }) }, frames ? [frames] : []);
  }

  /** The same, from a camera that was opened anew. */
  goOn(stream: MediaStream): void {
    this.stream = stream;
    const frames = this.frames();
    if (frames) this.say({ type: "frames", frames }, [frames]);
  }

  end(): void {
    this.say({ type: "end" });
    this.worker.terminate();
    for (const track of this.stream.getTracks()) track.stop();
  }

  /** In the worker where the browser can: there they come at full rate, also while nobody looks at the page. */
  private frames(): ReadableStream<VideoFrame> | undefined {
    const [track] = this.stream.getVideoTracks();
    const { MediaStreamTrackProcessor } = globalThis as { MediaStreamTrackProcessor?: Processor };
    if (!track) return undefined;
    track.addEventListener("ended", this.stopped, { once: true });
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
