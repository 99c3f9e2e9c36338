/** The search for boards: what it finds, as it finds it. One search; `stop` ends it early. */
import { socketUrlOf, type Schemas } from "./client.js";

export type FoundBoard = Required<Pick<Schemas["Found"], "name" | "url" | "how" | "model" | "firmware" | "camera_id" | "claimed" | "same_as">>;

export class BoardSearch {
  private socket: WebSocket | undefined;

  /** `ended` is told once: whether the search was carried out. */
  constructor(
    private readonly found: (board: FoundBoard) => void,
    private readonly ended: (done: boolean) => void,
  ) {}

  start(sweep: boolean): void {
    const socket = new WebSocket(`${socketUrlOf("/api/v1/found")}?sweep=${sweep ? "1" : "0"}`);
    let done = false;
    socket.addEventListener("message", ({ data }) => {
      const said = JSON.parse(String(data)) as Schemas["Found"];
      if (said.type === "done") done = true;
      else this.found(said as FoundBoard);
    });
    socket.addEventListener("close", () => {
      if (this.socket === socket) this.ended(done);
    });
    this.socket = socket;
  }

  stop(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.close();
  }
}
