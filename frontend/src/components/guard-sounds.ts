/**
 * What a page that shows the guard lets one hear: seconds that pass, quicker in the last ten, and an alarm. Browsers let
 * nothing sound before somebody has touched the page; `heard` says where that is so. Quiet until somebody wants it on this
 * device: a page that is left open somewhere frightens nobody.
 */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Guard } from "../api/guard.js";
import { gcam, now_s } from "../state/gcam.js";
import { keep, kept } from "../state/kept.js";
import { Store } from "../state/store.js";

const MUTE_KEY = "gcam-guard-mute";
const LAST_S = 10;
const LOOKS_MS = 100;
const TONE_S = 0.09;

export interface Heard {
  muted: boolean;
  /** The browser waits for somebody to touch the page. */
  blocked: boolean;
}

export interface Beep {
  /** How long after the last one. */
  every_s: number;
  /** Tones of it, one after the other. */
  hertz: readonly number[];
  volume: number;
}

export const heard = new Store<Heard>({ muted: kept(MUTE_KEY) !== "0", blocked: false });

export function mute(muted: boolean): void {
  keep(MUTE_KEY, muted ? "1" : "0");
  heard.update((now) => ({ ...now, muted }));
}

/** What is to be heard now; undefined: nothing. Pure. */
export function beepOf({ phase, until, sounds }: Pick<Guard, "phase" | "until" | "sounds">, now: number): Beep | undefined {
  if (phase === "alarm") return sounds ? { every_s: 0.6, hertz: [880, 660, 880], volume: 0.5 } : undefined;
  if ((phase !== "arming" && phase !== "entry") || until === null || until <= now) return undefined;
  const every_s = until - now <= LAST_S ? 0.5 : 1;
  return phase === "entry" ? { every_s, hertz: [1320], volume: 0.35 } : { every_s, hertz: [880], volume: 0.2 };
}

let context: AudioContext | undefined;

function audio(): AudioContext | undefined {
  if (!("AudioContext" in globalThis)) return undefined;
  context ??= new AudioContext();
  return context;
}

/** Somebody touched the page: from now on it may sound. */
function touched(): void {
  const known = audio();
  if (known?.state !== "suspended") return;
  void known.resume().then(() => heard.update((now) => ({ ...now, blocked: false })));
}

function play({ hertz, volume }: Beep): void {
  const known = audio();
  if (!known) return;
  const blocked = known.state === "suspended";
  if (heard.value.blocked !== blocked) heard.update((now) => ({ ...now, blocked }));
  if (blocked) return;
  hertz.forEach((pitch, number) => {
    const [tone, loudness, begins] = [known.createOscillator(), known.createGain(), known.currentTime + number * 2 * TONE_S];
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, begins);
    loudness.gain.linearRampToValueAtTime(volume, begins + 0.01); // without it a speaker clicks
    loudness.gain.setValueAtTime(volume, begins + TONE_S - 0.02);
    loudness.gain.linearRampToValueAtTime(0, begins + TONE_S);
    tone.connect(loudness).connect(known.destination);
    tone.start(begins);
    tone.stop(begins + TONE_S);
  });
}

/** Sounds while its component is there. */
export class GuardSounds implements ReactiveController {
  private timer: ReturnType<typeof setInterval> | undefined;
  private last = 0;

  constructor(host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    for (const way of ["pointerdown", "keydown"]) document.addEventListener(way, touched, true);
    this.timer = setInterval(() => this.look(), LOOKS_MS);
  }

  hostDisconnected(): void {
    for (const way of ["pointerdown", "keydown"]) document.removeEventListener(way, touched, true);
    clearInterval(this.timer);
  }

  private look(): void {
    const { guard } = gcam.value;
    const now = now_s();
    const beep = guard && !heard.value.muted ? beepOf(guard, now) : undefined;
    if (!beep || Math.abs(now - this.last) < beep.every_s) return;
    this.last = now;
    play(beep);
  }
}
