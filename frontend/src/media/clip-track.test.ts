import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clipOf } from "./clip.fixture.js";
import { ClipTrack } from "./clip-track.js";

const clip = clipOf(100, 120, { width: 800 });

function shown(at: number, playing = false): ClipTrack {
  const track = new ClipTrack(() => undefined);
  if (playing) track.play(1);
  track.show(clip, at);
  return track;
}

/** A picture that comes, or does not, when the test says so. */
class FakeImage extends EventTarget {
  static made: FakeImage[] = [];
  src = "";
  constructor() {
    super();
    FakeImage.made.push(this);
  }
}

describe("a track that does not play", () => {
  beforeEach(() => {
    FakeImage.made = [];
    vi.stubGlobal("Image", FakeImage);
  });
  afterEach(() => vi.unstubAllGlobals());

  it("shows a recording's beginning as one picture, ready to play", () => {
    const track = shown(100);
    const { element } = track.video;
    FakeImage.made[0]?.dispatchEvent(new Event("load"));
    expect([element.preload, track.state, track.at]).toEqual(["none", "ready", 100]);
    expect(element.poster).toContain("/api/v1/clips/door-100/frame.jpg?width=800");
  });

  it("asks the film where that picture does not come", () => {
    const { element } = shown(100).video;
    FakeImage.made[0]?.dispatchEvent(new Event("error"));
    expect(element.preload).toBe("auto");
    expect(element.poster).toBeFalsy();
  });

  it("fetches the film to show another moment of it, and to play", () => {
    const track = shown(100);
    track.show(clip, 107);
    expect(track.video.element.preload).toBe("auto");
    const other = shown(100);
    other.play(1);
    expect(other.video.element.preload).toBe("auto");
  });
});

describe("a track that plays", () => {
  it("goes on with the film of what comes next, without a picture before it", () => {
    const { element } = shown(100, true).video;
    expect(element.preload).toBe("auto");
    expect(element.poster).toBeFalsy();
  });
});
