/** The picture a video shows now, as a JPEG of full size. */
const QUALITY = 0.95;

/** Its address, for a download soon after. */
export async function saveFrame(video: HTMLVideoElement): Promise<string> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const url = URL.createObjectURL(await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY }));
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return url;
}
