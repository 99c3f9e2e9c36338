/** Draws the timeline onto a canvas. What lies where is decided in `geometry`, `bars` and `ticks`. */
import { timeFormat } from "../../i18n/format.js";
import type { Clip } from "../../media/playlist.js";
import { barsOf, heightOf } from "./bars.js";
import { xOf, type View } from "./geometry.js";
import { needsSeconds, stepOf, ticksOf } from "./ticks.js";

export const AXIS_PX = 22;
export const ROW_PX = 40;
const LABEL_ROOM_PX = 74;
const NAME_PX = 13;

export interface Row {
  camera: string;
  name: string;
  clips: readonly Clip[];
}

export interface Picture {
  rows: readonly Row[];
  view: View;
  zone: string;
  at: number;
  now: number;
  hover: number | undefined;
  range: View | undefined;
}

export interface Colours {
  text: string;
  quiet: string;
  line: string;
  row: string;
  /** Of what has no name. */
  motion: string;
  person: string;
  vehicle: string;
  animal: string;
  band: string;
  cursor: string;
  future: string;
  font: string;
}

export function paint(canvas: HTMLCanvasElement, picture: Picture, colours: Colours): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  const density = devicePixelRatio;
  if (canvas.width !== Math.round(width * density)) canvas.width = Math.round(width * density);
  if (canvas.height !== Math.round(height * density)) canvas.height = Math.round(height * density);
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  context.textBaseline = "middle";
  for (const [index, row] of picture.rows.entries()) paintRow(context, row, AXIS_PX + index * ROW_PX, width, picture, colours);
  paintFuture(context, picture, width, height, colours);
  paintTicks(context, picture, width, height, colours);
  for (const [index, row] of picture.rows.entries()) paintName(context, row.name, AXIS_PX + index * ROW_PX, colours);
  if (picture.range) paintRange(context, picture.range, picture.view, width, height, colours);
  if (picture.hover !== undefined) line(context, xOf(picture.hover, picture.view, width), height, colours.quiet, 1);
  paintCursor(context, xOf(picture.at, picture.view, width), height, colours);
}

function paintRow(context: CanvasRenderingContext2D, row: Row, top: number, width: number, { view }: Picture, colours: Colours): void {
  context.fillStyle = colours.row;
  context.fillRect(0, top + 1, width, ROW_PX - 2);
  const room = ROW_PX - NAME_PX - 4;
  for (const bar of barsOf(row.clips, view, width)) {
    const high = bar.band ? 6 : room * heightOf(bar.peak);
    context.globalAlpha = bar.band ? 0.75 : 0.55 + 0.45 * heightOf(bar.peak);
    context.fillStyle = bar.band ? colours.band : colours[bar.what === undefined || bar.what === "unnamed" ? "motion" : bar.what];
    context.fillRect(bar.x_px, top + ROW_PX - 2 - high, bar.width_px, high);
    if (!bar.protected) continue;
    context.globalAlpha = 1;
    context.fillStyle = colours.text;
    context.fillRect(bar.x_px, top + ROW_PX - 2, bar.width_px, 2);
  }
  context.globalAlpha = 1;
}

function paintName(context: CanvasRenderingContext2D, name: string, top: number, colours: Colours): void {
  context.font = `600 11px ${colours.font}`;
  context.textAlign = "left";
  context.fillStyle = colours.row;
  context.fillRect(0, top + 2, context.measureText(name).width + 10, NAME_PX);
  context.fillStyle = colours.text;
  context.fillText(name, 5, top + 3 + NAME_PX / 2);
}

function paintTicks(context: CanvasRenderingContext2D, { view, zone }: Picture, width: number, height: number, colours: Colours): void {
  const step = stepOf(view, width, LABEL_ROOM_PX);
  const format = timeFormat({ timeZone: zone, timeStyle: needsSeconds(step) ? "medium" : "short" });
  context.font = `11px ${colours.font}`;
  context.textAlign = "center";
  for (const { at, labelled } of ticksOf(view, width, LABEL_ROOM_PX, zone)) {
    const x = Math.round(xOf(at, view, width)) + 0.5;
    context.fillStyle = colours.line;
    context.fillRect(x - 0.5, labelled ? AXIS_PX - 6 : AXIS_PX - 3, 1, labelled ? height : 3);
    if (!labelled || x < LABEL_ROOM_PX / 3 || x > width - LABEL_ROOM_PX / 3) continue;
    context.fillStyle = colours.quiet;
    context.fillText(format.format(at * 1000), x, 8);
  }
}

function paintRange(context: CanvasRenderingContext2D, range: View, view: View, width: number, height: number, colours: Colours): void {
  const [left, right] = [xOf(range.start, view, width), xOf(range.end, view, width)];
  context.fillStyle = colours.band;
  context.globalAlpha = 0.3;
  context.fillRect(left, AXIS_PX, Math.max(1, right - left), height);
  context.globalAlpha = 1;
  for (const x of [left, right]) line(context, x, height, colours.band, 2);
}

/** What has not happened yet can't have been recorded. */
function paintFuture(context: CanvasRenderingContext2D, { view, now }: Picture, width: number, height: number, colours: Colours): void {
  const x = Math.max(0, xOf(now, view, width));
  if (x >= width) return;
  context.fillStyle = colours.future;
  context.globalAlpha = 0.6;
  context.fillRect(x, AXIS_PX, width - x, height);
  context.globalAlpha = 1;
}

function paintCursor(context: CanvasRenderingContext2D, x: number, height: number, colours: Colours): void {
  line(context, x, height, colours.cursor, 2);
  context.beginPath();
  context.moveTo(x - 6, AXIS_PX - 9);
  context.lineTo(x + 6, AXIS_PX - 9);
  context.lineTo(x, AXIS_PX);
  context.closePath();
  context.fillStyle = colours.cursor;
  context.fill();
}

function line(context: CanvasRenderingContext2D, x: number, height: number, colour: string, width: number): void {
  context.fillStyle = colour;
  context.fillRect(x - width / 2, AXIS_PX - 6, width, height);
}
