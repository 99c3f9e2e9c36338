/**
 * Which day is shown, and what of it first: as the address says, as is chosen, or the newest. What is asked for later
 * counts, whichever answer comes first.
 */
import type { Result } from "../../api/client.js";
import { Latest, tooLate } from "../../api/latest.js";
import type { Conductor } from "../../media/conductor.js";
import type { Clip } from "../../media/playlist.js";
import type { Query } from "../../routes.js";
import { Store } from "../../state/store.js";
import { dayOf, dayOfKey, isKey, type Day } from "./days.js";

export interface Visited {
  /** Gcam's; empty until it has told. */
  zone: string;
  day: Day | undefined;
}

/** What Gcam is asked. */
export interface Asked {
  timeZone(): Promise<string>;
  recording(id: string): Promise<Result<Clip>>;
  newest(): Promise<Clip | undefined>;
  now_s(): number;
}

/** Which day is shown, or which recording. */
type Address = Record<"day", string> | Record<"clip", string>;

/** What is told to the page. */
export interface Screen {
  /** Of the day that is shown, by beginning, as filtered. */
  clips(): readonly Clip[];
  /** Another day is shown from now on. Done when its recordings are there. */
  load(day: Day): Promise<void>;
  only(camera: string): void;
  say(what: "clip_gone" | "none_at_all"): void;
  /** The address is to be this from now on. */
  keep(query: Address): void;
}

export type Player = Pick<Conductor, "open" | "play" | "pause" | "seek" | "clear">;

export class Visit {
  readonly state = new Store<Visited>({ zone: "", day: undefined });
  private address: string | undefined;
  private readonly asking = new Latest();

  constructor(
    private readonly asked: Asked,
    private readonly screen: Screen,
    private readonly player: Player,
  ) {}

  /** The address says a recording, a camera and a moment, a day, or nothing. What it said before does nothing. */
  async goTo(query: Query): Promise<void> {
    if (query.toString() === this.address) return;
    this.address = query.toString();
    const { signal } = this.asking.again();
    const zone = this.state.value.zone || (await this.asked.timeZone());
    this.state.update((state) => ({ ...state, zone }));
    const [id, camera, at, key] = (["clip", "camera", "at", "day"] as const).map((name) => query.get(name));
    const wanted = id ? await this.asked.recording(id) : undefined;
    if (tooLate(signal)) return;
    if (wanted && !wanted.ok) this.screen.say("clip_gone");
    if (camera) this.screen.only(camera);
    const clip = wanted?.ok ? wanted.value : undefined;
    const moment = at && Number.isFinite(Number(at)) ? Number(at) : undefined;
    await this.show(key && isKey(key) ? dayOfKey(key, zone) : dayOf(clip?.started_at ?? moment ?? this.asked.now_s(), zone));
    if (tooLate(signal)) return;
    if (clip) this.open(clip, moment);
    else if (moment !== undefined) this.player.seek(moment);
    else this.stand(this.screen.clips().at(-1));
  }

  /** The day that somebody chose, from its first recording. */
  async choose(key: string): Promise<void> {
    this.player.pause();
    const { signal } = this.asking.again();
    await this.show(dayOfKey(key, this.state.value.zone));
    if (tooLate(signal)) return;
    const [first] = this.screen.clips();
    this.stand(first);
    if (!first) this.keep({ day: key });
  }

  async toNewest(): Promise<void> {
    const { signal } = this.asking.again();
    const clip = await this.asked.newest();
    if (tooLate(signal)) return;
    if (!clip) {
      this.screen.say("none_at_all");
      return;
    }
    await this.show(dayOf(clip.started_at, this.state.value.zone));
    if (!tooLate(signal)) this.open(clip);
  }

  open(clip: Clip, at?: number): void {
    this.player.open(clip, at);
    this.player.play();
  }

  /** `clip` is what is shown now, so the address says it. */
  keepClip(clip: Clip): void {
    if (new URLSearchParams(this.address).get("clip") !== clip.id) this.keep({ clip: clip.id });
  }

  private keep(query: Address): void {
    this.address = new URLSearchParams(query).toString();
    this.screen.keep(query);
  }

  private async show(day: Day): Promise<void> {
    if (this.state.value.day?.key === day.key) return;
    this.state.update((state) => ({ ...state, day }));
    await this.screen.load(day);
  }

  private stand(clip: Clip | undefined): void {
    if (clip) this.player.open(clip);
    else this.player.clear(this.state.value.day?.start ?? 0);
  }
}
