/** What is being tried out on a camera and not saved yet. Pure. */
import type { Schemas } from "../../api/client.js";
import type { Camera } from "../../state/gcam.js";
import { turned, type Polygon } from "./polygons.js";

export type Detection = Required<Schemas["Detection"]>;
export type Naming = Required<Schemas["Naming"]>;
export type Kind = "zone" | "mask" | "privacy";

export interface Shape {
  /** Stable while the page is open. */
  id: number;
  kind: Kind;
  /** Of a zone; empty for others. */
  name: string;
  polygon: Polygon;
}

export interface Draft {
  detection: Omit<Detection, "zones" | "masks">;
  naming: Naming;
  shapes: readonly Shape[];
}

export type Changes = Pick<Schemas["CameraSettings"], "detection" | "naming" | "privacy_masks">;

let nextId = 1;

export function shapeOf(kind: Kind, polygon: Polygon, name = ""): Shape {
  return { id: nextId++, kind, name, polygon };
}

export function draftOf(camera: Camera): Draft {
  const { zones, masks, ...detection } = camera.detection as Detection;
  return {
    detection,
    naming: camera.naming as Naming,
    shapes: [
      ...zones.map(({ name, polygon }) => shapeOf("zone", points(polygon), name)),
      ...masks.map((polygon) => shapeOf("mask", points(polygon))),
      ...camera.privacy_masks.map((polygon) => shapeOf("privacy", points(polygon))),
    ],
  };
}

/** What a PATCH must say so that `camera` becomes the draft; undefined where nothing differs. */
export function changesOf(draft: Draft, camera: Camera): Changes | undefined {
  const wanted: Detection = {
    ...draft.detection,
    zones: ofKind(draft, "zone").map(({ name, polygon }) => ({ name, polygon: corners(polygon) })),
    masks: ofKind(draft, "mask").map(({ polygon }) => corners(polygon)),
  };
  const detection = different(wanted, camera.detection);
  const naming = different(draft.naming, camera.naming);
  const privacy_masks = ofKind(draft, "privacy").map(({ polygon }) => corners(polygon));
  const changes: Changes = {
    ...(Object.keys(detection).length > 0 ? { detection } : {}),
    ...(Object.keys(naming).length > 0 ? { naming } : {}),
    ...(same(privacy_masks, camera.privacy_masks) ? {} : { privacy_masks }),
  };
  return Object.keys(changes).length > 0 ? changes : undefined;
}

/** A PATCH that turns the picture by 90 degrees clockwise; what is drawn on it turns along. */
export function turnOf(camera: Camera): Schemas["CameraSettings"] {
  return { rotation: ((camera.rotation + 90) % 360) as Schemas["Rotation"] };
}

/** The draft on the picture turned from one rotation to another. */
export function turnedDraft(draft: Draft, from: number, to: number): Draft {
  let { shapes } = draft;
  for (let degrees = from; degrees % 360 !== to % 360; degrees += 90)
    shapes = shapes.map((shape) => ({ ...shape, polygon: turned(shape.polygon) }));
  return shapes === draft.shapes ? draft : { ...draft, shapes };
}

/** A zone whose name is missing or taken: it can't be saved. */
export function wrongNames(draft: Draft): ReadonlySet<number> {
  const zones = ofKind(draft, "zone");
  const key = ({ name }: Shape): string => name.trim().toLocaleLowerCase();
  return new Set(
    zones
      .filter((zone) => key(zone) === "" || zones.some((other) => other.id !== zone.id && key(other) === key(zone)))
      .map(({ id }) => id),
  );
}

/** The score from which motion would count with another sensitivity: the server's rule, relative to what holds now. */
export function thresholdAt(sensitivity: number, now: { sensitivity: number; threshold: number }): number {
  return Math.min(50, now.threshold * 10 ** ((now.sensitivity - sensitivity) / 50));
}

export function ofKind({ shapes }: Draft, kind: Kind): Shape[] {
  return shapes.filter((shape) => shape.kind === kind);
}

function points(polygon: readonly (readonly number[])[]): Polygon {
  return polygon.map(([x = 0, y = 0]) => [x, y] as const);
}

function corners(polygon: Polygon): number[][] {
  return polygon.map(([x, y]) => [x, y]);
}

function different<S extends object>(wanted: S, now: Partial<S>): Partial<S> {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => !same(value, now[key as keyof S]))) as Partial<S>;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
