import { describe, expect, it } from "vitest";
import type { Entry } from "../api/history.js";
import { Fresh, isWanted, pathOf } from "./fresh.js";

const OVER = { id: 1, camera_id: "door", started_at: 1000, ended_at: 1005, picture: true, code: null } as Entry;
const entry = (id: number, changes: Partial<Entry> = {}): Entry => ({ ...OVER, id, ...changes });
const lasting = (id: number): Entry => entry(id, { ended_at: null });
const ids = (entries: readonly Entry[]): number[] => entries.map(({ id }) => id);

describe("fresh events", () => {
  it("are those that came later, each until one is done with it", () => {
    const fresh = new Fresh([entry(2), entry(1)]);
    const listed = [entry(4), entry(3), entry(2)];
    expect(ids(fresh.take(listed))).toEqual([3, 4]);
    fresh.done(entry(3));
    expect(ids(fresh.take(listed))).toEqual([4]);
    fresh.done(entry(4));
    expect(fresh.take(listed)).toEqual([]);
  });

  it("are there once they are over, also those that lasted in the beginning", () => {
    const fresh = new Fresh([lasting(2), entry(1)]);
    expect(fresh.take([lasting(3), lasting(2), entry(1)])).toEqual([]);
    expect(ids(fresh.take([lasting(3), entry(2), entry(1)]))).toEqual([2]);
    fresh.done(entry(2));
    expect(ids(fresh.take([entry(3), entry(2), entry(1)]))).toEqual([3]);
  });

  it("are asked for as far as there may be some", () => {
    const fresh = new Fresh([entry(9), lasting(5), entry(4)]);
    expect(fresh.covers([entry(12), entry(9)])).toBe(false);
    expect(fresh.covers([entry(9), entry(5)])).toBe(true);
    expect(fresh.covers([])).toBe(true);
    fresh.take([entry(12), entry(9)]); // what lasted is gone
    expect(fresh.covers([entry(12)])).toBe(true);
    expect(new Fresh([]).covers([entry(1)])).toBe(false);
  });

  it("have a place by camera, day and time", () => {
    const [camera, day, name] = pathOf(entry(7, { camera_id: "../door", started_at: new Date(2026, 0, 2, 3, 4, 5).getTime() / 1000 }));
    expect([camera, day, name]).toEqual(["___door", "2026-01-02", "03-04-05_7.jpg"]);
  });

  it("without a picture, or that the camera does not want, are left out", () => {
    expect(isWanted(OVER)).toBe(true);
    expect(isWanted(entry(1, { picture: false }))).toBe(false);
    expect(isWanted(entry(1, { code: "unwanted" }))).toBe(false);
  });
});
