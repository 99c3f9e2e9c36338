/** The picture under the pointer: one small video that looks up the newest moment wished for. */
import type { Schemas } from "../api/client.js";
import { ClipVideo } from "./clip-video.js";
import { NewestWins } from "./newest-wins.js";

export class ScrubPreview {
  private readonly video = new ClipVideo();
  private readonly wishes = new NewestWins<{ clip: Schemas["Clip"]; at: number }>(async ({ clip, at }) => {
    if (this.video.clip?.id !== clip.id) this.video.load(clip, at);
    await this.video.seeked(at);
  });

  get element(): HTMLVideoElement {
    return this.video.element;
  }

  show(clip: Schemas["Clip"], at: number): void {
    this.wishes.want({ clip, at });
  }

  stop(): void {
    this.wishes.forget();
    this.video.clear();
  }
}
