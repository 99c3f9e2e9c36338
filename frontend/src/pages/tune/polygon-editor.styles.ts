/** Looks of the polygons on the picture. Colours are for pictures, not for pages: the same in light and dark. */
import { css } from "lit";

export const polygonEditorStyles = css`
  :host {
    position: absolute;
    inset: 0;
  }
  svg {
    width: 100%;
    height: 100%;
    overflow: visible;
    display: block;
  }
  .shape {
    fill: rgb(34 197 94 / 18%);
    stroke: #22c55e;
    stroke-width: 2;
    vector-effect: non-scaling-stroke;
    cursor: pointer;
    outline: none;
  }
  .mask .shape {
    fill: rgb(100 116 139 / 45%);
    stroke: #cbd5e1;
    stroke-dasharray: 6 4;
  }
  .privacy .shape {
    fill: rgb(15 10 30 / 82%);
    stroke: #c4b5fd;
  }
  .selected .shape {
    stroke-width: 3;
    cursor: move;
    touch-action: none;
  }
  .shape:focus-visible {
    stroke: #fff;
    stroke-width: 4;
  }
  text {
    fill: #fff;
    stroke: rgb(0 0 0 / 75%);
    stroke-width: 3px;
    paint-order: stroke;
    vector-effect: non-scaling-stroke;
    text-anchor: middle;
    dominant-baseline: middle;
    pointer-events: none;
    font-weight: 600;
  }
  .corner,
  .edge {
    cursor: grab;
    touch-action: none;
    outline: none;
  }
  .corner .dot {
    fill: #fff;
    stroke: #0f172a;
    stroke-width: 2;
    vector-effect: non-scaling-stroke;
  }
  .corner.active .dot,
  .corner:focus-visible .dot {
    fill: #fb923c;
  }
  .edge .dot {
    fill: rgb(255 255 255 / 70%);
    stroke: #0f172a;
    vector-effect: non-scaling-stroke;
  }
  .edge:focus-visible .dot {
    fill: #fb923c;
  }
  .target {
    fill: transparent;
  }
  .region {
    fill: none;
    stroke: #facc15;
    stroke-width: 2;
    vector-effect: non-scaling-stroke;
    pointer-events: none;
  }
  .region.moving {
    stroke: #fb923c;
    stroke-width: 3;
  }
`;
