/** What is said first where a camera is seen without Gcam in between: `/api/v1/cameras/{id}/direct/signals`. */
import { socketUrlOf, type Schemas } from "./client.js";

export type Heard = Schemas["DirectMessage"];
export type Sent = { type: "answer"; sdp: string } | { type: "candidate"; candidate: string; mid: string | null; line: number | null };

/** Does not come back by itself. */
export class DirectSocket {
  private readonly socket: WebSocket;

  constructor(camera: string, onMessage: (heard: Heard) => void, onClose: () => void) {
    this.socket = new WebSocket(socketUrlOf(`/api/v1/cameras/${camera}/direct/signals`));
    this.socket.onmessage = ({ data }: MessageEvent<string>) => onMessage(JSON.parse(data) as Heard);
    this.socket.onclose = onClose;
  }

  say(message: Sent): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  close(): void {
    this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
  }
}
