/** Calendar days in a time zone, correct where summer time begins or ends. Times are Unix seconds. Pure. */
import { timeFormat } from "../../i18n/format.js";

export interface Day {
  /** `2026-11-21` */
  key: string;
  start: number;
  /** The next day's start: 23, 24 or 25 hours later. */
  end: number;
}

const DAY_S = 86_400;

/** Clocks change at quarters of an hour, everywhere. */
const QUARTER_S = 900;
const MOST_KNOWN = 5000;
const known = new Map<string, number>();

/** How far the zone's clocks are ahead of UTC at `at`, seconds. */
export function offset_s(at: number, zone: string): number {
  const key = `${zone} ${Math.floor(at / QUARTER_S)}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const parts = Object.fromEntries(formatOf(zone).formatToParts(at * 1000).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - Math.floor(at);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, offset);
  return offset;
}

export function keyOf(at: number, zone: string): string {
  return new Date((at + offset_s(at, zone)) * 1000).toISOString().slice(0, 10);
}

export function dayOf(at: number, zone: string): Day {
  return dayOfKey(keyOf(at, zone), zone);
}

/** `key` must be a date (see `isKey`). */
export function dayOfKey(key: string, zone: string): Day {
  return { key, start: startOf(key, zone), end: startOf(shifted(key, 1), zone) };
}

export function isKey(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && shifted(text, 0) === text;
}

/** The key some days later (or earlier). */
export function shifted(key: string, days: number): string {
  return new Date(Date.parse(key) + days * DAY_S * 1000).toISOString().slice(0, 10);
}

/** The keys of the weeks that show `month` (`2026-11`): whole rows of seven, from `first_day` on (1 Monday .. 7 Sunday). */
export function monthKeys(month: string, first_day = 1): string[] {
  const first = new Date(`${month}-01T00:00:00Z`);
  const before = (first.getUTCDay() - first_day + 7) % 7;
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const rows = Math.ceil((before + days) / 7);
  return Array.from({ length: rows * 7 }, (_, index) => shifted(`${month}-01`, index - before));
}

/** `2026-11` some months later (or earlier). */
export function shiftedMonth(month: string, months: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

/** `07:03:00`, as time fields say it. */
export function clockOf(at: number, zone: string): string {
  return new Date(Math.round(at + offset_s(at, zone)) * 1000).toISOString().slice(11, 19);
}

/** The moment of that day when clocks show `clock` (`07:03` or `07:03:00`); undefined for what is no time. */
export function atClock(day: Day, clock: string, zone: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(clock);
  if (!match) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((text) => Number(text || 0));
  const utc = Date.parse(day.key) / 1000 + hours * 3600 + minutes * 60 + seconds;
  const at = utc - offset_s(utc - offset_s(utc, zone), zone);
  return Math.min(day.end, Math.max(day.start, at));
}

/** The first moment of the day: not always 0:00, and 0:00 is sometimes there twice. */
function startOf(key: string, zone: string): number {
  const utc = Date.parse(key) / 1000;
  const starts = [utc - DAY_S, utc + DAY_S].map((near) => utc - offset_s(near, zone)).sort((a, b) => a - b);
  return starts.find((start) => keyOf(start, zone) === key) ?? utc;
}

/** Of the page's language, as what it shows: another one would have to be made ready by the browser first, which takes long. */
function formatOf(zone: string): Intl.DateTimeFormat {
  return timeFormat({
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
}
