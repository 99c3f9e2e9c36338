/** The picture a video shows now: the camera's own JPEG where it was kept, else a JPEG of full size. */
import { original, type Clip } from "../../api/recordings.js";
import type { ClipVideo } from "../../media/clip-video.js";

const QUALITY = 0.95;

/** Its address, for a download soon after. */
export async function saveFrame(clip: Clip, video: ClipVideo): Promise<string> {
  const url = URL.createObjectURL((await original(clip, video.element.currentTime)) ?? (await drawn(video)));
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return url;
}

async function drawn(video: ClipVideo): Promise<Blob> {
  if (video.isStill) await video.seeked(video.at);
  const { element } = video;
  const canvas = new OffscreenCanvas(element.videoWidth, element.videoHeight);
  canvas.getContext("2d")?.drawImage(element, 0, 0);
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}
