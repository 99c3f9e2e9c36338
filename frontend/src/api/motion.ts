/** What a camera's detector decides, picture by picture: see `/api/v1/cameras/{id}/motion`. */
import { socketUrlOf, type Schemas } from "./client.js";
import { retryDelayMs } from "./retry.js";

export type Decision = Schemas["Decision"];

/** Calls `onDecision` from `start` to `stop`; comes back by itself. The server only works for it meanwhile. */
export class MotionFeed {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private wanted = false;

  constructor(
    private readonly cameraId: string,
    private readonly onDecision: (decision: Decision) => void,
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
    const socket = new WebSocket(socketUrlOf(`/api/v1/cameras/${encodeURIComponent(this.cameraId)}/motion`));
    this.socket = socket;
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      this.failures = 0;
      if (this.wanted) this.onDecision(JSON.parse(data) as Decision);
    };
    socket.onclose = () => {
      if (this.socket !== socket || !this.wanted) return;
      this.failures += 1;
      this.timer = setTimeout(() => this.connect(), retryDelayMs(this.failures));
    };
  }
}
