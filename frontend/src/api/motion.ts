/** What a camera's detector decides, picture by picture: see `/api/v1/cameras/{id}/motion`. */
import { socketUrlOf, type Schemas } from "./client.js";
import { LastingSocket } from "./socket.js";

export type Decision = Schemas["Decision"];
const SILENCE_MS = 15_000;

/** Calls `onDecision` from `start` to `stop`; comes back by itself. The server only works for it meanwhile. */
export class MotionFeed {
  private readonly socket: LastingSocket;

  constructor(cameraId: string, onDecision: (decision: Decision) => void) {
    this.socket = new LastingSocket(socketUrlOf(`/api/v1/cameras/${encodeURIComponent(cameraId)}/motion`), {
      silence_ms: SILENCE_MS,
      onMessage: (data) => onDecision(JSON.parse(data as string) as Decision),
    });
  }

  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
  }
}
