/** Marks on the timeline: as dense as there is room for, on round local times, also when clocks change. Pure. */
import { offset_s } from "./days.js";
import type { View } from "./geometry.js";

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200] as const;

export interface Tick {
  at: number;
  /** With a text; the others are short strokes. */
  labelled: boolean;
}

/** The seconds between two texts so that each has `room_px`. */
export function stepOf(view: View, width_px: number, room_px: number): number {
  const least = ((view.end - view.start) / Math.max(1, width_px)) * room_px;
  return STEPS_S.find((step) => step >= least) ?? STEPS_S[STEPS_S.length - 1] ?? 43_200;
}

export function ticksOf(view: View, width_px: number, room_px: number, zone: string): Tick[] {
  const step = stepOf(view, width_px, room_px);
  const minor = minorOf(step);
  const ticks: Tick[] = [];
  for (let at = next(view.start, minor, zone, true); at <= view.end; at = next(at, minor, zone, false))
    ticks.push({ at, labelled: local(at, zone) % step === 0 });
  return ticks;
}

/** Whether texts between such marks need seconds. */
export function needsSeconds(step_s: number): boolean {
  return step_s < 60;
}

function minorOf(step: number): number {
  for (const parts of [5, 4, 3, 2]) if (step % parts === 0 && step / parts >= 1) return step / parts;
  return step;
}

function local(at: number, zone: string): number {
  return Math.round(at + offset_s(at, zone));
}

function next(at: number, step: number, zone: string, inclusive: boolean): number {
  const from = inclusive ? Math.ceil(at) : at;
  const past = local(from, zone) % step;
  if (inclusive && past === 0) return from;
  return from + (step - past);
}
