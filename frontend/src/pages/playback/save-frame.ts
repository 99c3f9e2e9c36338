/** The picture a video shows now: the camera's own JPEG where it was kept, else a JPEG of full size. */
import { original, type Clip } from "../../api/recordings.js";

const QUALITY = 0.95;

/** Its address, for a download soon after. */
export async function saveFrame(clip: Clip, video: HTMLVideoElement): Promise<string> {
  const url = URL.createObjectURL((await original(clip, video.currentTime)) ?? (await drawn(video)));
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return url;
}

async function drawn(video: HTMLVideoElement): Promise<Blob> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}
