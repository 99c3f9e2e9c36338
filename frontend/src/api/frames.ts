/** One camera's JPEGs over a WebSocket, asked for one by one: see `/api/v1/cameras/{id}/frames`. Runs in Workers too. */
import { LastingSocket } from "./socket.js";

/** Pictures asked for in advance: one on the way while another is drawn. */
const AHEAD = 2;
/** The picture is no longer live then. */
export const SILENCE_MS = 5000;

/** Calls `onJpeg` for each picture; the next is asked for when its promise is done. Comes back by itself. */
export class FrameSocket {
  private readonly socket: LastingSocket;

  /** `onStall`: no picture came for 5 s. */
  constructor(url: string, onJpeg: (jpeg: Blob) => Promise<void>, onStall: () => void) {
    this.socket = new LastingSocket(url, {
      binaryType: "blob",
      silence_ms: SILENCE_MS,
      onOpen: (send) => {
        for (let asked = 0; asked < AHEAD; asked += 1) send("next");
      },
      onMessage: (data, send) => void onJpeg(data as Blob).then(() => send("next")),
      onChange: (change) => {
        if (change !== "connecting") onStall();
      },
    });
  }

  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
  }
}
