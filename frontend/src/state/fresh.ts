/** Which events are new since somebody began to look, each once. Pure. */
import type { Entry } from "../api/history.js";

export class Fresh {
  private newest: number;
  /** Those that last, and those that are not done with. */
  private readonly open: Set<number>;

  /** `there`: the newest ones now, of which what lasts is wanted, too. */
  constructor(there: readonly Entry[]) {
    this.newest = there[0]?.id ?? 0;
    this.open = new Set(there.filter(({ ended_at }) => ended_at === null).map(({ id }) => id));
  }

  /** Beyond the last of these there is nothing of interest. */
  covers(listed: readonly Entry[]): boolean {
    const last = listed.at(-1);
    return last === undefined || last.id <= Math.min(this.newest, ...this.open);
  }

  /** Those that are over, oldest first, until one is `done` with them. `listed`: newest first, as far as `covers` wants. */
  take(listed: readonly Entry[]): readonly Entry[] {
    const found = listed.filter(({ id }) => id > this.newest || this.open.has(id));
    this.open.clear(); // what was not listed is gone
    for (const { id } of found) this.open.add(id);
    this.newest = Math.max(this.newest, listed[0]?.id ?? 0);
    return found.filter(({ ended_at }) => ended_at !== null).reverse();
  }

  done({ id }: Entry): void {
    this.open.delete(id);
  }
}

/** Where the picture of an event lies below the folder, by this device's time; `/` is between them. */
export function pathOf({ id, camera_id, started_at }: Entry): readonly [string, string, string] {
  const at = new Date(started_at * 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}-${two(at.getMinutes())}-${two(at.getSeconds())}`;
  return [(camera_id ?? "").replace(/[^\w-]/g, "_"), day, `${time}_${id}.jpg`];
}

/** There is a picture, and the camera's settings want the event. */
export function isWanted({ picture, code }: Entry): boolean {
  return picture && code !== "unwanted";
}
