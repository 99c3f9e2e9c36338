/** What happens, pushed: one WebSocket for the whole page, which comes back by itself. */
import { socketUrlOf, type Schemas } from "./client.js";
import { LastingSocket } from "./socket.js";

export type GcamEvent = Schemas["Event"];
export type Connection = "connecting" | "open" | "lost";

/** Every camera's counters come every 10 s: only a Gcam without cameras is silent for longer. */
const SILENCE_MS = 45_000;

/** `start` once. `onEvent` gets every event; the first after each connection is `hello` with everything there is. */
export class EventFeed {
  private readonly socket: LastingSocket;

  constructor(onEvent: (event: GcamEvent) => void, onConnection: (connection: Connection) => void) {
    this.socket = new LastingSocket(socketUrlOf("/api/v1/events"), {
      silence_ms: SILENCE_MS,
      onChange: (change, failures) => {
        if (change === "lost") onConnection("lost");
        else if (change === "connecting" && failures === 0) onConnection("connecting");
      },
      onMessage: (data) => {
        onConnection("open");
        onEvent(JSON.parse(data as string) as GcamEvent);
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
