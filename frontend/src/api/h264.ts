/** One camera's H.264 over a WebSocket: see `/api/v1/cameras/{id}/live.mp4`. Comes back by itself. */
import { socketUrlOf } from "./client.js";
import { LastingSocket } from "./socket.js";

export interface Opening {
  codec: string;
  width: number;
  height: number;
}

const SILENCE_MS = 8000;

export class H264Socket {
  private readonly socket: LastingSocket;

  /** Begins at once. `hd`: of the second address while that is there. `onOpening` comes before the first bytes, and again when the picture's size changes. */
  constructor(
    cameraId: string,
    hd: boolean,
    onOpening: (opening: Opening) => void,
    onBytes: (bytes: ArrayBuffer) => void,
    onStall: () => void,
    playsH265: boolean,
  ) {
    const path = `/api/v1/cameras/${encodeURIComponent(cameraId)}/live.mp4`;
    const query = new URLSearchParams({ ...(playsH265 && { h265: "1" }), ...(hd && { hd: "1" }) }).toString();
    this.socket = new LastingSocket(socketUrlOf(query ? `${path}?${query}` : path), {
      binaryType: "arraybuffer",
      silence_ms: SILENCE_MS,
      onMessage: (data) => {
        if (typeof data === "string") onOpening(JSON.parse(data) as Opening);
        else onBytes(data as ArrayBuffer);
      },
      onChange: (change) => {
        if (change !== "connecting") onStall();
      },
    });
    this.socket.start();
  }

  /** Once more from the beginning, such as after a picture that could not be shown. */
  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
  }
}
