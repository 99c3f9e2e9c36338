/** A live canvas in a small window above everything, by way of a video of it. */

export function canFloat(): boolean {
  return document.pictureInPictureEnabled && "captureStream" in HTMLCanvasElement.prototype;
}

/** Resolves when the small window is open; `over` when it is closed. */
export async function float(canvas: HTMLCanvasElement): Promise<{ over: Promise<void> }> {
  const video = document.createElement("video");
  video.muted = true;
  const stream = canvas.captureStream();
  video.srcObject = stream;
  await video.play();
  await video.requestPictureInPicture();
  const over = new Promise<void>((resolve) => video.addEventListener("leavepictureinpicture", () => resolve(), { once: true }));
  return {
    over: over.then(() => {
      for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
    }),
  };
}
