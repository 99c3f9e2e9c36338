/** How many events nobody has looked at, for who may say that they have; and playing one says so. */
import { countNew, markPlayed } from "../api/history.js";
import { onEvent } from "./gcam.js";
import { may } from "./session.js";
import { Store } from "./store.js";

/** Several changes in a row are asked for once. */
const ASK_AFTER_MS = 1000;

/** 0 also for who may not. */
export const unreviewed = new Store(0);

export function mayReview(): boolean {
  return may("playback") && may("control");
}

let asking: ReturnType<typeof setTimeout> | undefined;
let played = "";

/** Call once. */
export function followUnreviewed(): void {
  onEvent(({ type }) => {
    if (type === "hello") void count();
    else if (type === "history_changed") asking ??= setTimeout(() => void count(), ASK_AFTER_MS);
  });
}

/** A recording plays: nobody has to be told of what is in it any more. */
export function markAsPlayed(clip_id: string): void {
  if (clip_id === played || !mayReview()) return;
  played = clip_id;
  void markPlayed(clip_id);
}

async function count(): Promise<void> {
  clearTimeout(asking);
  asking = undefined;
  if (!mayReview()) { unreviewed.set(0); return; }
  const found = await countNew();
  if (found !== undefined) unreviewed.set(found);
}
