/** What the form of a camera holds, and what of it is to be sent. Pure. */
import type { ApiError, Schemas } from "../../api/client.js";
import { WHATS, type What } from "../../components/what.js";
import type { Camera } from "../../state/gcam.js";

export const MODES = ["motion", "continuous", "timelapse", "off"] as const;
export type Mode = (typeof MODES)[number];
export const TRANSPORTS = ["tcp", "udp"] as const;
export type Transport = (typeof TRANSPORTS)[number];
export const ROTATIONS = [0, 90, 180, 270] as const;
export type Rotation = (typeof ROTATIONS)[number];

export interface Draft {
  name: string;
  /** Empty: none. */
  group: string;
  url: string;
  /** Of the larger stream; empty: none. */
  url_hd: string;
  username: string;
  /** Empty: as it was. */
  password: string;
  hasPassword: boolean;
  /** Of an https or rtsps address: whether its certificate is checked. */
  verifyTls: boolean;
  transport: Transport;
  /** Of H.265, while it is watched by who can't play that. */
  make_h264: boolean;
  /** How many pictures a second are asked for, where it gives one at a time. */
  poll_fps: number;
  /** How many pictures a second suffice while nothing happens, of a board that can be asked for them; 0: all. */
  idle_fps: number;
  /** It is such a board. */
  paced: boolean;
  /** It is known to give one picture at a time. */
  single: boolean;
  /** Of a camera of Gcam's own machine, such as 1280x720; empty: as it likes. */
  capture_size: string;
  /** Pictures per second of such a one; undefined: as it likes. */
  capture_fps: number | undefined;
  rotation: Rotation;
  privacy: boolean;
  detection: boolean;
  sensitivity: number;
  /** Whether what moves is looked at. */
  naming: boolean;
  /** What makes an event. */
  kinds: readonly What[];
  /** Percent from which a name is believed. */
  min_score: number;
  /** Percent of the picture's height below which a thing has no name. */
  min_size: number;
  recording: boolean;
  mode: Mode;
  preRoll_s: number;
  postRoll_s: number;
  /** Undefined: as for all cameras. */
  keepDays: number | undefined;
}

export type Connection = Schemas["Connection"];
export type Settings = Schemas["CameraSettings"];

/** What is wrong, by the server's name of the setting. */
export type Wrongs = ReadonlyMap<string, ApiError>;

export const BLANK: Draft = {
  name: "",
  group: "",
  url: "",
  url_hd: "",
  username: "",
  password: "",
  hasPassword: false,
  verifyTls: true,
  transport: "tcp",
  make_h264: true,
  poll_fps: 1,
  idle_fps: 5,
  paced: false,
  single: false,
  capture_size: "",
  capture_fps: undefined,
  rotation: 0,
  privacy: false,
  detection: true,
  sensitivity: 50,
  naming: true,
  kinds: WHATS,
  min_score: 60,
  min_size: 0,
  recording: true,
  mode: "motion",
  preRoll_s: 5,
  postRoll_s: 5,
  keepDays: undefined,
};

export function draftOf(camera: Camera, connection: Connection): Draft {
  const { detection, naming, recording } = camera;
  return {
    name: camera.name,
    group: camera.group ?? "",
    url: connection.url,
    url_hd: connection.url_hd ?? "",
    username: connection.username ?? "",
    password: "",
    hasPassword: connection.has_password,
    verifyTls: camera.source.verify_tls ?? BLANK.verifyTls,
    transport: camera.source.rtsp_transport ?? BLANK.transport,
    make_h264: camera.make_h264,
    poll_fps: camera.source.poll_fps ?? BLANK.poll_fps,
    idle_fps: camera.idle_fps ?? 0,
    paced: camera.board?.firmware === "gcam",
    single: camera.board?.firmware === "snapshot",
    capture_size: camera.source.capture_size ?? BLANK.capture_size,
    capture_fps: camera.source.capture_fps ?? undefined,
    rotation: camera.rotation,
    privacy: camera.privacy,
    detection: detection.enabled ?? BLANK.detection,
    sensitivity: detection.sensitivity ?? BLANK.sensitivity,
    naming: naming.enabled ?? BLANK.naming,
    kinds: naming.kinds ?? BLANK.kinds,
    min_score: naming.min_score ?? BLANK.min_score,
    min_size: naming.min_size ?? BLANK.min_size,
    recording: recording.enabled ?? BLANK.recording,
    mode: recording.mode ?? BLANK.mode,
    preRoll_s: recording.pre_roll_s ?? BLANK.preRoll_s,
    postRoll_s: recording.post_roll_s ?? BLANK.postRoll_s,
    keepDays: recording.keep_days ?? undefined,
  };
}

/** Only what differs, so that nothing somebody else changed meanwhile is undone; undefined: nothing. */
export function changesOf(draft: Draft, before: Draft): Settings | undefined {
  const changes = flat(draft, before);
  const detection = pick({ enabled: [draft.detection, before.detection], sensitivity: [draft.sensitivity, before.sensitivity] });
  const naming = pick({
    enabled: [draft.naming, before.naming],
    kinds: [sameKinds(draft, before) ? before.kinds : draft.kinds, before.kinds],
    min_score: [draft.min_score, before.min_score],
    min_size: [draft.min_size, before.min_size],
  });
  const recording = pick({
    enabled: [draft.recording, before.recording],
    mode: [draft.mode, before.mode],
    pre_roll_s: [draft.preRoll_s, before.preRoll_s],
    post_roll_s: [draft.postRoll_s, before.postRoll_s],
    keep_days: [draft.keepDays ?? null, before.keepDays ?? null],
  });
  const source = pick({
    verify_tls: [draft.verifyTls, before.verifyTls],
    rtsp_transport: [draft.transport, before.transport],
    poll_fps: [draft.poll_fps, before.poll_fps],
    capture_size: [sizeOf(draft.capture_size), sizeOf(before.capture_size)],
    capture_fps: [draft.capture_fps ?? null, before.capture_fps ?? null],
  });
  const all = { ...changes, ...(source && { source }), ...(detection && { detection }), ...(naming && { naming }), ...(recording && { recording }) };
  return Object.keys(all).length > 0 ? all : undefined;
}

/** However they are ordered. */
function sameKinds(a: Draft, b: Draft): boolean {
  return WHATS.every((what) => a.kinds.includes(what) === b.kinds.includes(what));
}

export function isTls(url: string): boolean {
  return /^\s*(https|rtsps):/i.test(url);
}

export function isRtsp(url: string): boolean {
  return /^\s*rtsps?:/i.test(url);
}

/** Whether it is a camera of the machine that Gcam runs on: a webcam, or a Raspberry Pi's own. */
export function isLocal(url: string): boolean {
  return /^\s*(rpicam:|\/dev\/(video\d|v4l\/))/i.test(url);
}

/** As Gcam wants it, however a person writes "1280 × 720"; null: as the camera likes. */
function sizeOf(text: string): string | null {
  return text.replaceAll(/\s/g, "").replace(/[×*]/, "x").toLowerCase() || null;
}

/** Whether it gives one picture at a time: it is known to, or its address reads like a picture's. */
export function isPolled({ url, single, poll_fps }: Draft): boolean {
  if (isRtsp(url) || /^\s*(file:|push:|rpicam:|[/\\~.])/i.test(url)) return false;
  return single || poll_fps !== BLANK.poll_fps || PICTURE.test(url);
}

const PICTURE = /[/?=.](capture|snap\w*|photo|picture|image|jpe?g|cam(-hi)?\.jpg)\b/i;

/** A new camera's settings. */
export function settingsOf(draft: Draft): Settings {
  return { ...changesOf(draft, BLANK), name: draft.name.trim(), url: draft.url.trim() };
}

function flat(draft: Draft, before: Draft): object {
  const changes = pick({
    name: [draft.name.trim(), before.name],
    group: [draft.group.trim() || null, before.group || null],
    url: [draft.url.trim(), before.url],
    url_hd: [draft.url_hd.trim() || null, before.url_hd || null],
    username: [draft.username.trim() || null, before.username || null],
    rotation: [draft.rotation, before.rotation],
    privacy: [draft.privacy, before.privacy],
    make_h264: [draft.make_h264, before.make_h264],
    idle_fps: [draft.idle_fps, before.idle_fps],
  });
  const gone = !draft.username.trim() && before.username !== "";
  return { ...changes, ...(draft.password ? { password: draft.password } : gone ? { password: null } : {}) };
}

function pick(pairs: Record<string, readonly [unknown, unknown]>): object | undefined {
  const changed = Object.entries(pairs).filter(([, [now, then]]) => !Object.is(now, then));
  return changed.length > 0 ? Object.fromEntries(changed.map(([name, [now]]) => [name, now])) : undefined;
}
