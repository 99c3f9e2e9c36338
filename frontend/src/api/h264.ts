/** One camera's H.264 over a WebSocket: see `/api/v1/cameras/{id}/live.mp4`. Comes back by itself. */
import { socketUrlOf } from "./client.js";
import { retryDelayMs } from "./retry.js";

export interface Opening {
  codec: string;
  width: number;
  height: number;
}

export class H264Socket {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private wanted = true;

  /** Begins at once. `onOpening` comes before the first bytes, and again when the picture's size changes. */
  constructor(
    private readonly cameraId: string,
    private readonly onOpening: (opening: Opening) => void,
    private readonly onBytes: (bytes: ArrayBuffer) => void,
  ) {
    this.connect();
  }

  close(): void {
    this.wanted = false;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  private connect(): void {
    const socket = new WebSocket(socketUrlOf(`/api/v1/cameras/${this.cameraId}/live.mp4`));
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.failures = 0;
      if (typeof data === "string") this.onOpening(JSON.parse(data) as Opening);
      else this.onBytes(data);
    };
    socket.onclose = () => {
      if (!this.wanted) return;
      this.failures += 1;
      this.timer = setTimeout(() => this.connect(), retryDelayMs(this.failures));
    };
  }
}
