/**
 * Live pictures of one camera, newest first, drawn on a canvas. A Worker talks to Gcam, decodes and draws, so that the
 * page stays free; `start` and `stop` as often as wanted.
 */
import { socketUrlOf } from "../api/client.js";

export type FromWorker =
  | { id: number; type: "size"; width: number; height: number }
  | { id: number; type: "fps"; fps: number }
  | { id: number; type: "stale"; stale: boolean };
export type ToWorker =
  | { type: "open"; id: number; url: string; canvas: OffscreenCanvas }
  | { type: "start" | "stop" | "close"; id: number };

let worker: Worker | undefined;
let nextId = 1;
const feeds = new Map<number, FrameFeed>();

export class FrameFeed {
  private readonly id = nextId++;

  /** `hd`: of the second address while that is there. `canvas` is given away for good: one canvas, one feed. */
  constructor(
    cameraId: string,
    hd: boolean,
    canvas: HTMLCanvasElement,
    private readonly onMessage: (message: FromWorker) => void,
  ) {
    const offscreen = canvas.transferControlToOffscreen();
    feeds.set(this.id, this);
    const url = socketUrlOf(`/api/v1/cameras/${cameraId}/frames${hd ? "?hd=1" : ""}`);
    theWorker().postMessage({ type: "open", id: this.id, url, canvas: offscreen } satisfies ToWorker, [offscreen]);
  }

  start(): void {
    theWorker().postMessage({ type: "start", id: this.id } satisfies ToWorker);
  }

  stop(): void {
    theWorker().postMessage({ type: "stop", id: this.id } satisfies ToWorker);
  }

  close(): void {
    feeds.delete(this.id);
    theWorker().postMessage({ type: "close", id: this.id } satisfies ToWorker);
  }

  hear(message: FromWorker): void {
    this.onMessage(message);
  }
}

function theWorker(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL("./frame-worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => feeds.get(data.id)?.hear(data);
  return worker;
}
