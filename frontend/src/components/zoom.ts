/** Digital zoom and pan: what part of a picture is shown. Pure. */

/** Shown is `1 / scale` of the picture, with its centre at (x, y), 0..1 of the picture. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export const WHOLE: View = { scale: 1, x: 0.5, y: 0.5 };
export const MOST = 8;

/** Nothing outside the picture is ever shown. */
export function bounded({ scale, x, y }: View): View {
  const fitting = Math.min(MOST, Math.max(1, scale));
  const margin = 0.5 / fitting;
  const within = (value: number): number => Math.min(1 - margin, Math.max(margin, value));
  return { scale: fitting, x: within(x), y: within(y) };
}

/** Zoomed by `factor`, with what is at (atX, atY) of the frame (0..1) staying where it is. */
export function zoomed(view: View, factor: number, atX = 0.5, atY = 0.5): View {
  const scale = Math.min(MOST, Math.max(1, view.scale * factor));
  const pointX = view.x + (atX - 0.5) / view.scale;
  const pointY = view.y + (atY - 0.5) / view.scale;
  return bounded({ scale, x: pointX - (atX - 0.5) / scale, y: pointY - (atY - 0.5) / scale });
}

/** Moved by shares of the frame: dragging right shows what lies to the left. */
export function panned(view: View, byX: number, byY: number): View {
  return bounded({ ...view, x: view.x - byX / view.scale, y: view.y - byY / view.scale });
}

/** As a CSS transform of the picture, origin in its middle. */
export function transformOf({ scale, x, y }: View): string {
  return `scale(${scale}) translate(${(0.5 - x) * 100}%, ${(0.5 - y) * 100}%)`;
}
