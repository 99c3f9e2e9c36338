/**
 * `<gcam-followed-view>`: over a picture, the ways of what is followed with their numbers, and what the parts looked at were
 * taken for. Only to be looked at: pointers go through it.
 */
import { css, html, LitElement, nothing, svg } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";
import type { Schemas } from "../../api/client.js";
import { whatWord } from "../../components/what.js";
import { number } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import type { Path } from "./tracks.js";

const t = words("tune");
type Box = Schemas["Box"];
type Looked = Schemas["Looked"];
/** Where what was looked at is still near where it was. */
const FRESH_S = 3;
/** A label has room above what begins so far from the top. */
const ROOM = 0.08;

@customElement("gcam-followed-view")
export class FollowedView extends LitElement {
  // Colours are for pictures, not for pages: the same in light and dark.
  static override styles = css`
    :host {
      position: absolute;
      inset: 0;
      overflow: hidden;
      pointer-events: none;
    }
    svg {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
    }
    svg * {
      fill: none;
      vector-effect: non-scaling-stroke;
    }
    .way {
      stroke: #22d3ee;
      stroke-width: 3;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    .shadow {
      stroke: rgb(0 0 0 / 60%);
      stroke-width: 5;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    .guess .way {
      stroke-width: 1.5;
      stroke-dasharray: 2 4;
    }
    .guess .shadow {
      stroke: none;
    }
    .crop {
      stroke: #f0abfc;
      stroke-width: 1;
      stroke-dasharray: 5 4;
    }
    .seen {
      stroke: #f0abfc;
      stroke-width: 2;
    }
    .gone {
      opacity: 0.45;
    }
    span {
      position: absolute;
      max-width: 100%;
      padding: 0 0.35em;
      border-radius: 0.25em;
      font-size: 0.75rem;
      line-height: 1.5;
      white-space: nowrap;
      color: #0f172a;
      background: #22d3ee;
    }
    span.guess {
      color: #e2e8f0;
      background: rgb(15 23 42 / 65%);
    }
    span.name {
      font-weight: 600;
      background: #f0abfc;
    }
    .above {
      transform: translateY(-100%);
    }
  `;

  @property({ attribute: false }) paths: readonly Path[] = [];
  @property({ attribute: false }) looked: readonly Looked[] = [];
  /** Of the picture below it. */
  @property({ type: Number }) at = 0;

  protected override render(): unknown {
    const looked = this.looked.filter(({ at }) => this.at - at < FRESH_S);
    return html`<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        ${looked.map(({ crop, seen }) => [frame("crop", crop), seen[0] ? frame("seen", seen[0].box) : nothing])}
        ${repeat(this.paths, ({ id }) => id, (path) => way(path, this.looks(path)))}
      </svg>
      ${this.paths.map((path) => label(this.looks(path), path.box, String(path.id)))}
      ${looked.map(({ crop, seen }) => label("name", seen[0]?.box ?? crop, seen[0] ? guessWord(seen[0]) : whatWord("unnamed")))}`;
  }

  private looks({ sure, at }: Path): string {
    return `${sure ? "" : "guess"} ${at < this.at ? "gone" : ""}`;
  }
}

/** “Person 92 %”. */
export function guessWord({ kind, score }: Pick<Schemas["Named"], "kind" | "score">): string {
  return t("guess", { what: whatWord(kind), score: number(score, 0) });
}

function way({ points, box }: Path, looks: string): unknown {
  const line = points.map(([, x, y]) => `${x},${y}`).join(" ");
  return svg`<g class=${looks}>
    <polyline class="shadow" points=${line}></polyline><polyline class="way" points=${line}></polyline>
    ${frame("way", box)}
  </g>`;
}

function frame(kind: string, { x, y, width, height }: Box): unknown {
  return svg`<rect class=${kind} x=${x} y=${y} width=${width} height=${height}></rect>`;
}

function label(kind: string, { x, y, height }: Box, text: string): unknown {
  const isAbove = y > ROOM;
  // What was taken for something is told below it: above it is the number of what is followed.
  const top = kind === "name" ? Math.min(y + height, 1 - ROOM) : isAbove ? y : 0;
  return html`<span class="${kind} ${kind !== "name" && isAbove ? "above" : ""}"
    style=${styleMap({ left: `${Math.min(Math.max(x, 0), 0.8) * 100}%`, top: `${top * 100}%` })}>${text}</span>`;
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-followed-view": FollowedView;
  }
}
