/** The picture that is shown now: the camera's own JPEG where it was kept, else a JPEG of full size. */
import { firstFrame, original, type Clip } from "../../api/recordings.js";
import type { ClipVideo } from "../../media/clip-video.js";

const QUALITY = 0.95;

/** Its address, for a download soon after. */
export async function saveFrame(clip: Clip, video: ClipVideo): Promise<string> {
  const url = URL.createObjectURL((await original(clip, video.element.currentTime)) ?? (await made(clip, video)));
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return url;
}

/** Of a recording that stands nothing is loaded, and maybe can't be: Gcam makes its picture. */
async function made(clip: Clip, video: ClipVideo): Promise<Blob> {
  return (video.isStill ? await firstFrame(clip) : undefined) ?? drawn(video);
}

async function drawn(video: ClipVideo): Promise<Blob> {
  if (video.isStill) await video.seeked(video.at);
  const { element } = video;
  const canvas = new OffscreenCanvas(element.videoWidth, element.videoHeight);
  canvas.getContext("2d")?.drawImage(element, 0, 0);
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}
