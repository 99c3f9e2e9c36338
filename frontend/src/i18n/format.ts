/** Numbers, sizes and times as people of the page's language write them. */
import { language } from "./i18n.js";

/** Making one takes as long as formatting hundreds of values. */
const numbers = new Map<string, Intl.NumberFormat>();
const times = new Map<string, Intl.DateTimeFormat>();

/** The page's language as it is written where one lives: days and hours in English are not the same in London, Berlin and New
 * York. `tags`: the browser's languages; one that names no country says nothing of it.
 */
export function locale(tags: readonly string[] = navigator.languages): string {
  if (lived?.tags !== tags || lived.language !== language.value) lived = { tags, language: language.value, locale: localeOf(tags) };
  return lived.locale;
}

/** Every number and time that is shown asks; the browser hands out the same list until it is changed. */
let lived: { tags: readonly string[]; language: string; locale: string } | undefined;

function localeOf(tags: readonly string[]): string {
  const region = tags.map(regionOf).find((found) => found !== undefined) ?? (language.value === "en" ? "GB" : undefined);
  return region ? `${language.value}-${region}` : language.value;
}

function regionOf(tag: string): string | undefined {
  try {
    const own = new Intl.Locale(tag);
    return own.region ?? (own.language === language.value ? undefined : own.maximize().region);
  } catch {
    return undefined;
  }
}

/** In the page's language, made once. */
export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale() + JSON.stringify(options);
  const format = numbers.get(key) ?? new Intl.NumberFormat(locale(), options);
  numbers.set(key, format);
  return format;
}

/** In the page's language, made once; in Gcam's time zone unless `options` name another. */
export function timeFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + locale() + JSON.stringify(options);
  const format = times.get(key) ?? new Intl.DateTimeFormat(locale(), zone ? { timeZone: zone, ...options } : options);
  times.set(key, format);
  return format;
}

/** Wherever somebody looks from, times are those of the house that is watched. Empty: this device's, until Gcam has told. */
let zone = "";

export function tellTimesIn(timezone: string): void {
  zone = timezone;
}

/** The first formatter of all takes a browser as long as rendering a page: it is made before it is wanted. */
export function readyFormats(): void {
  time(0);
}

/** Written here, as `Intl` would: its own units take a browser longer to make ready than a page to render. */
const UNITS: Record<string, readonly string[]> = {
  en: ["B", "kB", "MB", "GB", "TB"],
  fr: ["o", "ko", "Mo", "Go", "To"],
};
const STEPS = 4;

export function bytes(count: number): string {
  const step = Math.min(STEPS, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  const value = count / 1000 ** step;
  return `${number(value, value < 10 && step > 0 ? 1 : 0)}\u00a0${UNITS[language.value]?.[step] ?? ""}`;
}

export function number(value: number, digits = 0): string {
  return numberFormat({ maximumFractionDigits: digits }).format(value);
}

/** A share given in percent (0..100). */
export function percent(value: number, digits = 0): string {
  return numberFormat({ style: "percent", maximumFractionDigits: digits }).format(value / 100);
}

/** `at` in Unix seconds. */
export function time(at: number, seconds = true): string {
  return timeFormat({ timeStyle: seconds ? "medium" : "short" }).format(at * 1000);
}

export function date(at: number): string {
  return timeFormat({ dateStyle: "full" }).format(at * 1000);
}

export function dateTime(at: number): string {
  return timeFormat({ dateStyle: "medium", timeStyle: "medium" }).format(at * 1000);
}

/** `0:07`, `12:03`, `1:02:03`. What lasted at all lasted a second. */
export function duration(seconds: number): string {
  const whole = seconds > 0 ? Math.max(1, Math.round(seconds)) : 0;
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${h > 0 ? String(m).padStart(2, "0") : m}:${String(s).padStart(2, "0")}`;
  return h > 0 ? `${h}:${tail}` : tail;
}

/** “3 minutes ago”, “in 2 days”; `at` and `now` in Unix seconds. What lasts a day from now on ends in 24 hours, not in 23. */
export function relative(at: number, now: number): string {
  const seconds = at - now;
  const whole = seconds > 0 ? Math.round : Math.trunc;
  const format = (spans ??= new Intl.RelativeTimeFormat(language.value, { numeric: "auto" }));
  for (const [unit, size] of RELATIVE) if (Math.abs(seconds) >= size) return format.format(whole(seconds / size), unit);
  return format.format(whole(seconds), "second");
}

let spans: Intl.RelativeTimeFormat | undefined;

const RELATIVE: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

interface Weeks {
  weekInfo?: { firstDay: number };
  getWeekInfo?: () => { firstDay: number };
}

/** The day weeks begin with for who reads `tags`, the browser's languages: 1 Monday .. 7 Sunday; Monday where nobody knows. */
export function firstWeekday(tags?: readonly string[]): number {
  const weeks = new Intl.Locale(locale(tags)) as Weeks;
  return (weeks.getWeekInfo?.() ?? weeks.weekInfo)?.firstDay ?? MONDAY;
}

const MONDAY = 1;
