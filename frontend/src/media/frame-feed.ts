/**
 * Live pictures of one camera, newest first, drawn on a canvas. A Worker talks to Gcam, decodes and draws, so that the
 * page stays free; `start` and `stop` as often as wanted. Browsers that give no canvas to a Worker (Safari before 16.4,
 * Firefox before 105: tablets on a wall) draw on the page.
 */
import type { FrameSocket } from "../api/frames.js";
import { socketUrlOf } from "../api/client.js";
import type { Seen } from "./live-drawing.js";

export interface FromWorker {
  id: number;
  seen: Seen;
}
export type ToWorker =
  | { type: "open"; id: number; url: string; canvas: OffscreenCanvas }
  | { type: "start" | "stop" | "close"; id: number };

export interface FrameFeed {
  start(): void;
  stop(): void;
  /** For good. */
  close(): void;
}

/** `hd`: of the second address while that is there. `canvas` is given away for good: one canvas, one feed. */
export function frameFeed(cameraId: string, hd: boolean, canvas: HTMLCanvasElement, onSeen: (seen: Seen) => void): FrameFeed {
  const url = socketUrlOf(`/api/v1/cameras/${cameraId}/frames${hd ? "?hd=1" : ""}`);
  return "transferControlToOffscreen" in canvas ? new InWorker(url, canvas, onSeen) : new OnPage(url, canvas, onSeen);
}

let worker: Worker | undefined;
let nextId = 1;
const listeners = new Map<number, (seen: Seen) => void>();

class InWorker implements FrameFeed {
  private readonly id = nextId++;

  constructor(url: string, canvas: HTMLCanvasElement, onSeen: (seen: Seen) => void) {
    const offscreen = canvas.transferControlToOffscreen();
    listeners.set(this.id, onSeen);
    this.say({ type: "open", id: this.id, url, canvas: offscreen }, [offscreen]);
  }

  start(): void {
    this.say({ type: "start", id: this.id });
  }

  stop(): void {
    this.say({ type: "stop", id: this.id });
  }

  close(): void {
    listeners.delete(this.id);
    this.say({ type: "close", id: this.id });
  }

  private say(message: ToWorker, given: Transferable[] = []): void {
    theWorker().postMessage(message, given);
  }
}

class OnPage implements FrameFeed {
  private socket: FrameSocket | undefined;
  private wanted = false;
  private closed = false;

  constructor(url: string, canvas: HTMLCanvasElement, onSeen: (seen: Seen) => void) {
    void import("./live-drawing.js").then(({ drawnLive }) => {
      this.socket = drawnLive(url, canvas, (seen) => !this.closed && onSeen(seen));
      if (this.wanted) this.socket.start();
    });
  }

  start(): void {
    this.wanted = true;
    this.socket?.start();
  }

  stop(): void {
    this.wanted = false;
    this.socket?.stop();
  }

  close(): void {
    this.closed = true;
    this.stop();
  }
}

function theWorker(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL("./frame-worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => listeners.get(data.id)?.(data.seen);
  return worker;
}
