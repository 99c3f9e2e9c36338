/** The recordings of one day, kept up to date by what Gcam pushes; those that are about to be deleted are left out. */
import type { ApiError } from "../../api/client.js";
import type { GcamEvent } from "../../api/events.js";
import { recordingsBetween, remove, type Clip } from "../../api/recordings.js";
import { ordered } from "../../media/playlist.js";
import { Store } from "../../state/store.js";
import type { Day } from "./days.js";

export interface DayFootage {
  status: "loading" | "ready" | "failed";
  error: ApiError | undefined;
  /** By beginning. */
  clips: readonly Clip[];
}

/** How long a deletion can be undone. */
export const UNDO_MS = 8000;

export class Footage {
  readonly state = new Store<DayFootage>({ status: "loading", error: undefined, clips: [] });
  private readonly known = new Map<string, Clip>();
  private readonly leaving = new Map<string, ReturnType<typeof setTimeout>>();
  private day: Day | undefined;
  private loading = new AbortController();

  /** Called with what the server refused to delete. */
  constructor(private readonly onRefused: (error: ApiError) => void) {}

  async load(day: Day): Promise<void> {
    this.loading.abort();
    const { signal } = (this.loading = new AbortController());
    this.day = day;
    this.known.clear();
    this.tell("loading");
    const add = (clips: readonly Clip[]): void => {
      if (signal.aborted) return;
      for (const clip of clips) this.known.set(clip.id, clip);
      this.tell("loading");
    };
    const answer = await recordingsBetween(day.start, day.end, add, signal);
    if (!signal.aborted) this.tell(answer.ok ? "ready" : "failed", answer.ok ? undefined : answer.error);
  }

  after(event: GcamEvent): void {
    if (event.type === "clip_ready") this.put(event.clip);
    if (event.type === "clip_removed" && this.known.delete(event.clip_id)) this.tell();
    if (event.type === "hello" && event.missed > 0 && this.day) void this.load(this.day);
  }

  /** As it is now; one of another day is not taken in. */
  put(clip: Clip): void {
    if (!this.day || clip.ended_at <= this.day.start || clip.started_at >= this.day.end) return;
    this.known.set(clip.id, clip);
    this.tell();
  }

  /** Out of sight at once, deleted when it can't be undone any more. */
  remove(clips: readonly Clip[]): void {
    for (const { id } of clips) {
      clearTimeout(this.leaving.get(id));
      this.leaving.set(id, setTimeout(() => void this.removeNow(id), UNDO_MS));
    }
    this.tell();
  }

  keep(clips: readonly Clip[]): void {
    for (const { id } of clips) {
      clearTimeout(this.leaving.get(id));
      this.leaving.delete(id);
    }
    this.tell();
  }

  /** The page is left: what was deleted is deleted. */
  stop(): void {
    this.loading.abort();
    for (const id of [...this.leaving.keys()]) void this.removeNow(id);
  }

  private async removeNow(id: string): Promise<void> {
    clearTimeout(this.leaving.get(id));
    if (!this.leaving.has(id)) return;
    const answer = await remove(id);
    if (answer.ok || answer.error.status === 404) this.known.delete(id);
    else this.onRefused(answer.error);
    this.leaving.delete(id);
    this.tell();
  }

  private tell(status = this.state.value.status, error?: ApiError): void {
    const clips = ordered([...this.known.values()].filter(({ id }) => !this.leaving.has(id)));
    this.state.set({ status, error, clips });
  }
}
