/** What the page knows of Gcam, kept by pushed events: cameras with their states, storage, the connection. */
import type { Schemas } from "../api/client.js";
import { EventFeed, type Connection, type GcamEvent } from "../api/events.js";
import { Store } from "./store.js";

export type Camera = Schemas["Camera"];
export type CameraState = Schemas["CameraState"];

/** Why nobody asks the camera for pictures: there are none to wait for. */
export function offOf({ state }: Camera): "disabled" | "privacy" | undefined {
  const status = state?.status ?? "disabled";
  return status === "disabled" || status === "privacy" ? status : undefined;
}

export interface GcamState {
  connection: Connection;
  version: string;
  /** Gcam is another version by now than when this page was opened: its files and answers may be others. */
  outdated: boolean;
  /** In the order of their configuration; undefined until Gcam has told. */
  cameras: readonly Camera[] | undefined;
  storage: Schemas["Storage"] | undefined;
  /** Null where it is not for who looks; undefined until Gcam has told. */
  guard: Schemas["Guard"] | null | undefined;
  /** Gcam's clock minus this device's, seconds. */
  clockOffset_s: number;
}

export const gcam = new Store<GcamState>({
  connection: "connecting",
  version: "",
  outdated: false,
  cameras: undefined,
  storage: undefined,
  guard: undefined,
  clockOffset_s: 0,
});

const eventListeners = new Set<(event: GcamEvent) => void>();

/** Every pushed event, for pages that show more than states. Returns what ends it. */
export function onEvent(listener: (event: GcamEvent) => void): () => void {
  eventListeners.add(listener);
  return () => eventListeners.delete(listener);
}

export const feed = new EventFeed(
  (event) => {
    gcam.update((state) => after(state, event, Date.now() / 1000));
    for (const listener of eventListeners) listener(event);
  },
  (connection) => gcam.update((state) => (state.connection === connection ? state : { ...state, connection })),
);

/** Once Gcam has told which cameras there are: from then on nothing that it pushes is missed. */
export function told(): Promise<void> {
  return new Promise((resolve) => {
    if (gcam.value.cameras) { resolve(); return; }
    const end = gcam.subscribe(({ cameras }) => {
      if (!cameras) return;
      end();
      resolve();
    });
  });
}

/** Gcam's time now, Unix seconds. */
export function now_s(): number {
  return Date.now() / 1000 + gcam.value.clockOffset_s;
}

/** The state once `event` happened. Pure. */
export function after(state: GcamState, event: GcamEvent, deviceNow_s: number): GcamState {
  switch (event.type) {
    case "hello":
      return {
        ...state,
        version: event.version,
        outdated: state.outdated || (state.version !== "" && state.version !== event.version),
        cameras: event.cameras,
        guard: event.guard,
        clockOffset_s: event.now - deviceNow_s,
      };
    case "camera_changed":
      return withCamera(state, event.state.camera_id, (camera) => ({ ...camera, state: event.state }));
    case "camera_added":
      return event.camera === null ? without(state, event.camera_id) : added(state, event.camera);
    case "camera_removed":
      return without(state, event.camera_id);
    case "guard_changed":
      return { ...state, guard: event.guard };
    case "storage_changed":
      return { ...state, storage: event.storage };
    default:
      return state;
  }
}

function withCamera(state: GcamState, id: string, change: (camera: Camera) => Camera): GcamState {
  return { ...state, cameras: state.cameras?.map((camera) => (camera.id === id ? change(camera) : camera)) };
}

function added(state: GcamState, camera: Camera): GcamState {
  const cameras = state.cameras ?? [];
  if (cameras.some(({ id }) => id === camera.id)) return withCamera(state, camera.id, () => camera);
  return { ...state, cameras: [...cameras, camera] };
}

function without(state: GcamState, id: string): GcamState {
  return { ...state, cameras: state.cameras?.filter((camera) => camera.id !== id) };
}
