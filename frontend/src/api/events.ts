/** What happens, pushed: one WebSocket for the whole page, which comes back by itself. */
import { socketUrlOf, type Schemas } from "./client.js";
import { retryDelayMs } from "./retry.js";

export type GcamEvent = Schemas["Event"];
export type Connection = "connecting" | "open" | "lost";

/** `start` once. `onEvent` gets every event; the first after each connection is `hello` with everything there is. */
export class EventFeed {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private wanted = false;

  constructor(
    private readonly onEvent: (event: GcamEvent) => void,
    private readonly onConnection: (connection: Connection) => void,
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
    this.onConnection(this.failures === 0 ? "connecting" : "lost");
    const socket = new WebSocket(socketUrlOf("/api/v1/events"));
    this.socket = socket;
    socket.onmessage = (message: MessageEvent<string>) => {
      this.failures = 0;
      this.onConnection("open");
      this.onEvent(JSON.parse(message.data) as GcamEvent);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.retry();
    };
  }

  private retry(): void {
    if (!this.wanted) return;
    this.failures += 1;
    this.onConnection("lost");
    this.timer = setTimeout(() => this.connect(), retryDelayMs(this.failures));
  }
}
