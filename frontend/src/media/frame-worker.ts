/** Runs in a Worker: sockets, decoding and drawing of all live pictures of the page. */
import { FrameSocket } from "../api/frames.js";
import type { FromWorker, ToWorker } from "./frame-feed.js";

const scope = self as unknown as DedicatedWorkerGlobalScope;
const feeds = new Map<number, FrameSocket>();
const FPS_EVERY_MS = 2000;

scope.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "open":
      feeds.set(data.id, feedOf(data.id, data.url, data.canvas));
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

function feedOf(id: number, url: string, canvas: OffscreenCanvas): FrameSocket {
  const draw = drawing(id, canvas);
  let stale = false;
  const becomes = (now: boolean): void => {
    if (stale !== now) tell({ id, type: "stale", stale: now });
    stale = now;
  };
  return new FrameSocket(
    url,
    (jpeg) => {
      becomes(false);
      return draw(jpeg);
    },
    () => becomes(true),
  );
}

function drawing(id: number, canvas: OffscreenCanvas): (jpeg: Blob) => Promise<void> {
  // Not `bitmaprenderer`: Chromium forgets there which way up EXIF says the picture is (cameras that are turned).
  const context = canvas.getContext("2d", { alpha: false });
  let [drawn, since] = [0, performance.now()];
  return async (jpeg) => {
    let bitmap;
    try {
      bitmap = await createImageBitmap(jpeg);
    } catch {
      return; // a damaged picture: the next one comes
    }
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      tell({ id, type: "size", width: bitmap.width, height: bitmap.height });
    }
    context?.drawImage(bitmap, 0, 0);
    bitmap.close();
    drawn += 1;
    const now = performance.now();
    if (now - since < FPS_EVERY_MS) return;
    tell({ id, type: "fps", fps: (drawn * 1000) / (now - since) });
    [drawn, since] = [0, now];
  };
}

function tell(message: FromWorker): void {
  scope.postMessage(message);
}
