/** What somebody is changing of the guard: its modes, its schedule, its place. Pure. */
import type { Schemas } from "../../api/client.js";
import { WHATS } from "../../components/what.js";

export type Settings = Schemas["GuardSettings"];
type Mode = Required<Settings["modes"][number]>;
export type WatchDraft = Required<Mode["watches"][number]>;
export type ModeDraft = Omit<Mode, "watches"> & { watches: WatchDraft[] };
export type WindowDraft = Settings["windows"][number];
export type PlaceDraft = Settings["place"];

export interface Draft {
  modes: ModeDraft[];
  windows: WindowDraft[];
  place: PlaceDraft;
}

export const LIGHTS = ["clock", "sunrise", "sunset"] as const;
export type Light = (typeof LIGHTS)[number];

/** When a window begins or ends: by the clock, or so many minutes from when the sun rises or sets. */
export type Moment = { by: "clock"; clock: string } | { by: "sunrise" | "sunset"; minutes: number };

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const MOST_MINUTES = 999;
const ID_LENGTH = 40;

/** All that the API may leave out is said. */
export function draftOf({ modes, windows, place }: Settings): Draft {
  return { modes: modes.map(whole), windows, place };
}

function whole(mode: Settings["modes"][number]): ModeDraft {
  const { kinds = [...WHATS], exit_s = 60, alarm_s = null, loss_s = 60, needs_code = false, lamps = false } = mode;
  const watches = mode.watches.map(({ camera_id, zone = null, entry_s = 0 }) => ({ camera_id, zone, entry_s }));
  return { id: mode.id, name: mode.name, watches, kinds, exit_s, alarm_s, loss_s, needs_code, lamps };
}

export function watchOf({ watches }: ModeDraft, camera: string, zone: string | null): WatchDraft | undefined {
  return watches.find((watch) => watch.camera_id === camera && watch.zone === zone);
}

/** A camera, or one zone of it, is watched or not; an entrance with its delay. */
export function watched(mode: ModeDraft, camera: string, zone: string | null, entry_s: number | undefined): ModeDraft {
  const before = watchOf(mode, camera, zone);
  if (entry_s === undefined) return { ...mode, watches: mode.watches.filter((watch) => watch !== before) };
  const watch = { camera_id: camera, zone, entry_s };
  return { ...mode, watches: before ? mode.watches.map((known) => (known === before ? watch : known)) : [...mode.watches, watch] };
}

/** Watches of cameras or zones that are not there any more. */
export function gone(mode: ModeDraft, zonesOf: ReadonlyMap<string, readonly string[]>): WatchDraft[] {
  return mode.watches.filter(({ camera_id, zone }) => {
    const zones = zonesOf.get(camera_id);
    return zones === undefined || (zone !== null && !zones.includes(zone));
  });
}

export function withMode(draft: Draft, mode: ModeDraft): Draft {
  return { ...draft, modes: draft.modes.map((known) => (known.id === mode.id ? mode : known)) };
}

export function withoutMode({ modes, windows, place }: Draft, id: string): Draft {
  return { modes: modes.filter((mode) => mode.id !== id), windows: windows.filter(({ mode_id }) => mode_id !== id), place };
}

/** One more, of which the id is like its name and nobody else's. */
export function added(draft: Draft, name: string): Draft {
  const mode = { id: idOf(name, draft.modes.map(({ id }) => id)), name, watches: [], kinds: [...WHATS], exit_s: 60, alarm_s: 180, loss_s: 60, needs_code: false, lamps: false };
  return { ...draft, modes: [...draft.modes, mode] };
}

export function idOf(name: string, taken: readonly string[]): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, ID_LENGTH) || "mode";
  let id = slug;
  for (let number = 2; taken.includes(id); number += 1) id = `${slug}_${String(number)}`;
  return id;
}

export function newWindow(draft: Draft): WindowDraft {
  return { mode_id: (draft.modes.find(({ id }) => id === "night") ?? draft.modes[0])?.id ?? "", days: EVERY_DAY, begin: "22:00", end: "07:00" };
}

export function momentOf(text: string): Moment {
  const [, by, minutes]: (string | undefined)[] = /^(sunrise|sunset)([+-]\d{1,3})?$/.exec(text) ?? [];
  return by === "sunrise" || by === "sunset" ? { by, minutes: Number(minutes ?? 0) } : { by: "clock", clock: text };
}

export function textOf(moment: Moment): string {
  if (moment.by === "clock") return moment.clock;
  const minutes = Math.max(-MOST_MINUTES, Math.min(MOST_MINUTES, Math.round(moment.minutes)));
  return minutes === 0 ? moment.by : `${moment.by}${minutes > 0 ? "+" : ""}${String(minutes)}`;
}

/** The same moment of a day, said otherwise. */
export function otherwise(by: Light): Moment {
  return by === "clock" ? { by, clock: "22:00" } : { by, minutes: 0 };
}

export function toggled(days: readonly number[], day: number): number[] {
  return days.includes(day) ? days.filter((known) => known !== day) : [...days, day].sort((one, other) => one - other);
}

/** Whether the sun decides anything: then a place is needed. */
export function needsPlace({ windows }: Draft): boolean {
  return windows.some(({ begin, end }) => momentOf(begin).by !== "clock" || momentOf(end).by !== "clock");
}
