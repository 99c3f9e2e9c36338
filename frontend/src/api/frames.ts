/** One camera's JPEGs over a WebSocket, asked for one by one: see `/api/v1/cameras/{id}/frames`. Runs in Workers too. */
import { retryDelayMs } from "./retry.js";

/** Pictures asked for in advance: one on the way while another is drawn. */
const AHEAD = 2;

/** Calls `onJpeg` for each picture; the next is asked for when its promise is done. Comes back by itself. */
export class FrameSocket {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private wanted = false;

  constructor(
    private readonly url: string,
    private readonly onJpeg: (jpeg: Blob) => Promise<void>,
  ) {}

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.connect();
  }

  stop(): void {
    this.wanted = false;
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = undefined;
  }

  private connect(): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.binaryType = "blob";
    socket.onopen = () => {
      for (let asked = 0; asked < AHEAD; asked += 1) socket.send("next");
    };
    socket.onmessage = async ({ data }: MessageEvent<Blob>) => {
      this.failures = 0;
      await this.onJpeg(data);
      if (socket.readyState === WebSocket.OPEN) socket.send("next");
    };
    socket.onclose = () => {
      if (this.socket !== socket || !this.wanted) return;
      this.failures += 1;
      this.timer = setTimeout(() => this.connect(), retryDelayMs(this.failures));
    };
  }
}
