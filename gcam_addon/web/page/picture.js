// One camera's moving picture on a canvas: asks for each frame when the last one is drawn, so a slow screen or
// network skips frames instead of falling behind. Runs only while it can be seen.

import { openFrames, snapshot } from "./api.js";

const IN_FLIGHT = 2; // one being drawn, one on its way
const RETRY_MS = 2000;

export class LivePicture {
  #canvas;
  #cameraId;
  #socket = null;
  #wanted = false;
  #visible = false;
  #retry = 0;

  /** `onPicture()` is called after each picture drawn. */
  constructor(canvas, cameraId, onPicture) {
    this.#canvas = canvas;
    this.#cameraId = cameraId;
    this.onPicture = onPicture;
    this.observer = new IntersectionObserver(([entry]) => {
      this.#visible = entry.isIntersecting;
      this.#follow();
    }, { rootMargin: "200px" });
    this.observer.observe(canvas);
    this.onVisibility = () => this.#follow();
    document.addEventListener("visibilitychange", this.onVisibility);
  }

  /** Whether the camera has pictures to give now. */
  set wanted(wanted) {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#follow();
  }

  /** The last picture of a camera that is away. */
  async showLast() {
    const blob = await snapshot(this.#cameraId).catch(() => null);
    if (blob && !this.#socket) await this.#draw(blob);
  }

  end() {
    this.#wanted = false;
    this.#follow();
    this.observer.disconnect();
    document.removeEventListener("visibilitychange", this.onVisibility);
  }

  #follow() {
    const shown = this.#wanted && this.#visible && !document.hidden;
    clearTimeout(this.#retry);
    if (shown && !this.#socket) this.#open();
    if (!shown && this.#socket) {
      const socket = this.#socket;
      this.#socket = null;
      socket.close();
    }
  }

  #open() {
    const socket = openFrames(this.#cameraId);
    this.#socket = socket;
    const askNext = () => {
      if (socket.readyState === WebSocket.OPEN) socket.send("next");
    };
    socket.onopen = () => {
      for (let count = 0; count < IN_FLIGHT; count += 1) askNext();
    };
    socket.onmessage = async (message) => {
      await this.#draw(message.data);
      askNext();
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#retry = setTimeout(() => this.#follow(), RETRY_MS);
    };
  }

  async #draw(blob) {
    let bitmap;
    try {
      bitmap = await createImageBitmap(blob);
    } catch {
      return; // a damaged JPEG: the next one comes
    }
    const canvas = this.#canvas;
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
    }
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    this.onPicture();
  }
}
