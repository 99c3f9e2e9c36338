/** Runs in a Worker: all live pictures of the page. */
import type { FrameSocket } from "../api/frames.js";
import type { FromWorker, ToWorker } from "./frame-feed.js";
import { drawnLive } from "./live-drawing.js";

const scope = self as unknown as DedicatedWorkerGlobalScope;
const feeds = new Map<number, FrameSocket>();

scope.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "open":
      feeds.set(data.id, drawnLive(data.url, data.canvas, (seen) => tell({ id: data.id, seen })));
      break;
    case "start":
      feeds.get(data.id)?.start();
      break;
    case "stop":
      feeds.get(data.id)?.stop();
      break;
    case "close":
      feeds.get(data.id)?.stop();
      feeds.delete(data.id);
  }
};

function tell(message: FromWorker): void {
  scope.postMessage(message);
}
