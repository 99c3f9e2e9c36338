/** The recordings of one day, kept up to date by what Gcam pushes. */
import type { ApiError } from "../../api/client.js";
import type { GcamEvent } from "../../api/events.js";
import { Latest, tooLate } from "../../api/latest.js";
import { recordingsBetween, remove, restore, type Clip } from "../../api/recordings.js";
import { ordered } from "../../media/playlist.js";
import { Store } from "../../state/store.js";
import type { Day } from "./days.js";

export interface DayFootage {
  status: "loading" | "ready" | "failed";
  error: ApiError | undefined;
  /** By beginning. */
  clips: readonly Clip[];
}

export class Footage {
  readonly state = new Store<DayFootage>({ status: "loading", error: undefined, clips: [] });
  private readonly known = new Map<string, Clip>();
  private day: Day | undefined;
  private readonly loading = new Latest();

  /** `onRefused`: what the server would not delete or give back. */
  constructor(private readonly onRefused: (error: ApiError) => void) {}

  async load(day: Day): Promise<void> {
    const { signal } = this.loading.again();
    this.day = day;
    this.known.clear();
    this.tell("loading");
    const add = (clips: readonly Clip[]): void => {
      if (tooLate(signal)) return;
      for (const clip of clips) this.known.set(clip.id, clip);
      this.tell("loading");
    };
    const answer = await recordingsBetween(day.start, day.end, add, signal);
    if (!tooLate(signal)) this.tell(answer.ok ? "ready" : "failed", answer.ok ? undefined : answer.error);
  }

  after(event: GcamEvent): void {
    if (event.type === "clip_ready") this.put(event.clip);
    if (event.type === "clip_removed" && this.known.delete(event.clip_id)) this.tell();
    if (event.type === "hello" && this.day) void this.load(this.day); // whatever came meanwhile is not in here
  }

  /** As it is now; one of another day is not taken in. */
  put(clip: Clip): void {
    if (!this.day || clip.ended_at <= this.day.start || clip.started_at >= this.day.end) return;
    this.known.set(clip.id, clip);
    this.tell();
  }

  /** Out of sight at once; what the server refuses comes back. */
  async remove(clips: readonly Clip[]): Promise<void> {
    for (const { id } of clips) this.known.delete(id);
    this.tell();
    for (const clip of clips) {
      const answer = await remove(clip.id);
      if (answer.ok || answer.error.status === 404) continue;
      this.put(clip);
      this.onRefused(answer.error);
    }
  }

  /** Takes them back out of the trash. */
  async restore(clips: readonly Clip[]): Promise<void> {
    for (const { id } of clips) {
      const answer = await restore(id);
      if (answer.ok) this.put(answer.value);
      else this.onRefused(answer.error);
    }
  }

  stop(): void {
    this.loading.end();
  }

  private tell(status = this.state.value.status, error?: ApiError): void {
    const clips = ordered(this.known.values());
    this.state.set({ status, error, clips });
  }
}
