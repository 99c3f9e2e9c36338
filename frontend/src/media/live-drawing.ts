/** Sockets, decoding and drawing of one live picture: in a Worker, or on the page where a browser has no canvas for Workers. */
import { FrameSocket } from "../api/frames.js";

/** What is seen of it. */
export type Seen = { type: "size"; width: number; height: number } | { type: "fps"; fps: number } | { type: "stale"; stale: boolean };
type Tell = (seen: Seen) => void;

const FPS_EVERY_MS = 2000;

export function drawnLive(url: string, canvas: HTMLCanvasElement | OffscreenCanvas, tell: Tell): FrameSocket {
  const draw = drawing(canvas, tell);
  let stale = false;
  const becomes = (now: boolean): void => {
    if (stale !== now) tell({ type: "stale", stale: now });
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

function drawing(canvas: HTMLCanvasElement | OffscreenCanvas, tell: Tell): (jpeg: Blob) => Promise<void> {
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
      tell({ type: "size", width: bitmap.width, height: bitmap.height });
    }
    context?.drawImage(bitmap, 0, 0);
    bitmap.close();
    drawn += 1;
    const now = performance.now();
    if (now - since < FPS_EVERY_MS) return;
    tell({ type: "fps", fps: (drawn * 1000) / (now - since) });
    [drawn, since] = [0, now];
  };
}
