import { describe, expect, it } from "vitest";
import type { Result } from "../../api/client.js";
import { clipOf } from "../../media/clip.fixture.js";
import type { Clip } from "../../media/playlist.js";
import { dayOfKey, type Day } from "./days.js";
import { Visit } from "./visit.js";

const DAY = "2026-11-21";
const noon = dayOfKey(DAY, "UTC").start + 12 * 3600;
const first = clipOf(noon, noon + 20);
const last = clipOf(noon + 60, noon + 80);

/** A page of one day with two recordings. What it did is in `told`; recordings are looked up when `answer` says so. */
function arrange() {
  const told: string[] = [];
  const answers = new Map<string, (answer: Result<Clip>) => void>();
  let shown: readonly Clip[] = [];
  const at = (moment: number): string => String(Math.round(moment - noon));
  const visit = new Visit(
    {
      timeZone: () => Promise.resolve("UTC"),
      recording: (id) => new Promise((resolve) => answers.set(id, resolve)),
      newest: () => Promise.resolve(last),
      now_s: () => noon + 3600,
    },
    {
      clips: () => shown,
      load: (day: Day) => {
        told.push(`load ${day.key}`);
        shown = day.key === DAY ? [first, last] : [];
        return Promise.resolve();
      },
      only: (camera) => told.push(`only ${camera}`),
      say: (what) => told.push(what),
      keep: (query) => told.push(`keep ${new URLSearchParams(query).toString()}`),
    },
    {
      open: (clip, moment) => told.push(`open ${at(moment ?? clip.started_at)}`),
      play: () => told.push("play"),
      pause: () => told.push("pause"),
      seek: (moment) => told.push(`seek ${at(moment)}`),
      clear: (moment) => told.push(`clear ${at(moment)}`),
    },
  );
  const goTo = (query: string): Promise<void> => visit.goTo(new URLSearchParams(query));
  const answer = async (id: string, result: Result<Clip>): Promise<void> => {
    while (!answers.has(id)) await Promise.resolve();
    answers.get(id)?.(result);
  };
  return { visit, told, goTo, answer };
}

const found = (clip: Clip): Result<Clip> => ({ ok: true, value: clip });

describe("the address", () => {
  it.each([
    ["", [`load ${DAY}`, "open 60"]],
    [`day=${DAY}`, [`load ${DAY}`, "open 60"]],
    ["day=2026-02-30", [`load ${DAY}`, "open 60"]],
    ["day=2026-11-20", ["load 2026-11-20", "clear -129600"]],
    [`camera=yard&at=${noon + 5}`, ["only yard", `load ${DAY}`, "seek 5"]],
  ])("%j is followed", async (query, wanted) => {
    const { told, goTo } = arrange();
    await goTo(query);
    expect(told).toEqual(wanted);
  });

  it("names a recording, which plays from the moment that is named", async () => {
    const { told, goTo, answer } = arrange();
    const going = goTo(`clip=${first.id}&at=${noon + 3}`);
    await answer(first.id, found(first));
    await going;
    expect(told).toEqual([`load ${DAY}`, "open 3", "play"]);
  });

  it("is not left for the recording it names already, and is for another one", async () => {
    const { visit, told, goTo, answer } = arrange();
    const going = goTo(`clip=${first.id}&at=${noon + 3}`);
    await answer(first.id, found(first));
    await going;
    told.length = 0;
    visit.keepClip(first);
    expect(told).toEqual([]);
    visit.keepClip(last);
    expect(told).toEqual([`keep ${new URLSearchParams({ clip: last.id }).toString()}`]);
    await goTo(new URLSearchParams({ clip: last.id }).toString()); // it comes back from the address
    expect(told).toHaveLength(1);
  });

  it("says where its recording is gone, and shows today", async () => {
    const { told, goTo, answer } = arrange();
    const going = goTo("clip=gone");
    await answer("gone", { ok: false, error: { code: "not_found", message: "" } } as Result<Clip>);
    await going;
    expect(told).toEqual(["clip_gone", `load ${DAY}`, "open 60"]);
  });
});

describe("what is asked for later counts", () => {
  it("also where the answer to what was asked before comes last", async () => {
    const { visit, told, goTo, answer } = arrange();
    const early = goTo(`clip=${first.id}`);
    await Promise.resolve();
    await goTo(`day=${DAY}`);
    const before = [...told];
    await answer(first.id, found(first));
    await early;
    expect(told).toEqual(before);
    expect(visit.state.value.day?.key).toBe(DAY);
  });

  it("a day that is chosen begins with its first recording, or is the address where it has none", async () => {
    const { visit, told, goTo } = arrange();
    await goTo("day=2026-11-20");
    told.length = 0;
    await visit.choose(DAY);
    await visit.choose("2026-11-19");
    expect(told).toEqual(["pause", `load ${DAY}`, "open 0", "pause", "load 2026-11-19", "clear -216000", "keep day=2026-11-19"]);
  });
});
