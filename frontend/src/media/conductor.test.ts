import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clipOf } from "./clip.fixture.js";
import type { ClipTrack } from "./clip-track.js";
import { Conductor } from "./conductor.js";
import type { Clip } from "./playlist.js";

/** A track whose film is where it is told to be. */
class Film {
  clip: Clip | undefined;
  at = 0;
  state = "empty";
  prepared: Clip | undefined;
  playing = false;
  video = { isEnded: false, pace: 1, element: { playbackRate: 1, seeking: false }, seek: (at: number) => (this.at = at) };

  show(clip: Clip, at: number): void {
    this.clip = clip;
    this.at = at;
    this.state = "ready";
    this.video.isEnded = false;
  }
  clear(): void {
    this.clip = undefined;
    this.state = "empty";
  }
  prepare(clip: Clip): void {
    this.prepared = clip;
  }
  play(): void {
    this.playing = true;
  }
  pause(): void {
    this.playing = false;
  }
  follow(at: number): void {
    this.at = at;
  }
  setRate(rate: number): void {
    this.video.element.playbackRate = rate;
  }
  unmount(): void {
    this.clear();
  }
}

const first = clipOf(100, 120);
const other = clipOf(105, 130, { camera_id: "yard" });
const seam = clipOf(120.5, 160);
const late = clipOf(500, 520, { camera_id: "yard" });
const clips = [first, other, seam, late];

function conducted(cameras: readonly string[] | undefined): { conductor: Conductor; films: Film[]; changed: () => void } {
  const films: Film[] = [];
  let changed = (): void => undefined;
  const conductor = new Conductor((onChange) => {
    changed = onChange;
    const film = new Film();
    films.push(film);
    return film as unknown as ClipTrack;
  });
  conductor.arrange(cameras);
  conductor.setClips(clips);
  return { conductor, films, changed: () => changed() };
}

function filmOf(films: readonly Film[], index: number): Film {
  const film = films[index];
  if (!film) throw new Error("there are fewer tracks");
  return film;
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "requestAnimationFrame", "cancelAnimationFrame"] }));
afterEach(() => void vi.useRealTimers());

describe("one after another", () => {
  it("goes from event to event, and on where a recording is continued", () => {
    const { conductor, films, changed } = conducted(undefined);
    const film = filmOf(films, 0);
    conductor.open(first);
    conductor.play();
    expect(film.playing).toBe(true);
    film.video.isEnded = true;
    changed();
    expect(film.clip).toBe(seam);
    film.video.isEnded = true;
    changed();
    expect(film.clip).toBe(late);
    film.video.isEnded = true;
    changed();
    expect(conductor.state.value).toMatchObject({ playing: false, clip: late });
  });

  it("loads the next recording before the end", () => {
    const { conductor, films, changed } = conducted(undefined);
    conductor.open(first);
    conductor.play();
    expect(films[0]?.prepared).toBeUndefined();
    filmOf(films, 0).at = 115;
    changed();
    expect(films[0]?.prepared).toBe(seam);
    expect(conductor.time.value).toBe(115);
  });

  it("finds what is nearest, and its neighbours", () => {
    const { conductor } = conducted(undefined);
    conductor.seek(300);
    expect(conductor.clip).toBe(late);
    conductor.previous();
    expect(conductor.clip).toBe(seam);
    conductor.next();
    expect(conductor.clip).toBe(late);
  });
});

describe("in step", () => {
  it("shows each camera the same moment and says who recorded nothing", () => {
    const { conductor, films } = conducted(["door", "yard"]);
    conductor.seek(110);
    expect(films.map(({ clip, at }) => [clip, at])).toEqual([[first, 110], [other, 110]]);
    conductor.seek(140);
    expect(conductor.state.value.panes.map(({ state }) => state)).toEqual(["ready", "empty"]);
  });

  it("runs by one clock, which waits while a picture is missing", () => {
    const { conductor, films, changed } = conducted(["door", "yard"]);
    conductor.seek(106);
    conductor.play();
    vi.advanceTimersByTime(1000);
    expect(conductor.time.value).toBeCloseTo(107, 1);
    expect(films[0]?.at).toBe(films[1]?.at);
    filmOf(films, 1).state = "loading";
    changed();
    vi.advanceTimersByTime(5000);
    expect(conductor.state.value.waiting).toBe(true);
    expect(films[0]?.playing).toBe(false);
    expect(conductor.time.value).toBeCloseTo(107, 1);
  });

  it("skips what nobody recorded", () => {
    const { conductor, films } = conducted(["door", "yard"]);
    conductor.seek(159.9);
    conductor.play();
    vi.advanceTimersByTime(500);
    expect(conductor.time.value).toBeGreaterThanOrEqual(500);
    expect(films.map(({ clip }) => clip)).toEqual([undefined, late]);
  });
});
