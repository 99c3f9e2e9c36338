import { describe, expect, it } from "vitest";
import { frameTimes_s, indexEnd_bytes, neighbour_s } from "./frame-times.js";

const u32 = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);

function box(name: string, ...content: number[][]): number[] {
  const body = content.flat();
  return [...u32(body.length + 8), ...new TextEncoder().encode(name), ...body];
}

function film(deltas: readonly (readonly [number, number])[]): ArrayBuffer {
  const mdhd = box("mdhd", u32(0), u32(0), u32(0), u32(1000), u32(0), u32(0));
  const stts = box("stts", u32(0), u32(deltas.length), deltas.flatMap(([count, delta]) => [...u32(count), ...u32(delta)]));
  const minf = box("minf", box("vmhd", u32(0)), box("stbl", stts));
  const moov = box("moov", box("mvhd", u32(0)), box("trak", box("tkhd", u32(0)), box("mdia", mdhd, minf)));
  return new Uint8Array([...box("ftyp", u32(1)), ...moov, ...box("mdat", u32(7))]).buffer;
}

describe("an MP4's index", () => {
  const bytes = film([
    [2, 100],
    [1, 250],
    [2, 40],
  ]);

  it("tells when each frame is shown, though they are not evenly apart", () => {
    expect(frameTimes_s(bytes)).toEqual([0, 0.1, 0.2, 0.45, 0.49]);
  });

  it("tells how much of the file it takes", () => {
    const end = indexEnd_bytes(bytes.slice(0, 24));
    expect(end).toBe(bytes.byteLength - 12);
    expect(frameTimes_s(bytes.slice(0, end))).toHaveLength(5);
  });

  it("is empty for what is cut short or something else", () => {
    expect(frameTimes_s(bytes.slice(0, 60))).toEqual([]);
    expect(frameTimes_s(new Uint8Array([1, 2, 3]).buffer)).toEqual([]);
    expect(indexEnd_bytes(new Uint8Array(64).buffer)).toBe(0);
  });
});

describe("the neighbouring frame", () => {
  const times = [0, 0.1, 0.2, 0.45, 0.49];
  const shownAt = (film_s: number | undefined): number => times.findLastIndex((time) => time <= (film_s ?? -1));

  it("is the next and the previous one, wherever in the frame one is", () => {
    expect(shownAt(neighbour_s(times, 0.1, 1))).toBe(2);
    expect(shownAt(neighbour_s(times, 0.3, 1))).toBe(3);
    expect(shownAt(neighbour_s(times, 0.3, -1))).toBe(1);
    expect(shownAt(neighbour_s(times, 0.2, -1))).toBe(1);
  });

  it("goes through all frames, forwards and backwards", () => {
    const seen = [0];
    let at: number | undefined = 0;
    while ((at = neighbour_s(times, at, 1)) !== undefined) seen.push(shownAt(at));
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    at = 0.5;
    while ((at = neighbour_s(times, at, -1)) !== undefined) seen.push(shownAt(at));
    expect(seen).toEqual([0, 1, 2, 3, 4, 3, 2, 1, 0]);
  });
});
