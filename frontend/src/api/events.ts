/** What happens, pushed: one WebSocket for the whole page, which comes back by itself. */
import { socketUrlOf, type Schemas } from "./client.js";

export type GcamEvent = Schemas["Event"];
export type Connection = "connecting" | "open" | "lost";

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;

/** How long to wait after the n-th failure in a row (from 1): doubling, half of it random. */
export function retryDelayMs(failures: number, random: () => number = Math.random): number {
  const full = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 10));
  return full * (0.5 + random() / 2);
}

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
