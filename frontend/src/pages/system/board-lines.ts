/** How boards with Gcam's firmware fare, in a line each; more is on their cameras' pages. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Schemas } from "../../api/client.js";
import "../../components/icon.js";
import { number, relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { hashOf } from "../../routes.js";
import { iconOf, worstFirst } from "./judgement.js";
import { systemStyles } from "./system.styles.js";

type BoardLine = Schemas["BoardLine"];
const t = words("system");
/** Boards are asked once a minute: what is older comes of one that is away. */
const OLD_S = 180;

@customElement("gcam-board-lines")
export class BoardLines extends LitElement {
  static override styles = [
    systemStyles,
    css`
      .judged > gcam-icon {
        grid-row: span 1;
      }
      .trouble::first-letter {
        text-transform: uppercase;
      }
    `,
  ];

  @property({ attribute: false }) boards: readonly BoardLine[] = [];
  @property({ type: Number }) now = 0;

  protected override render(): unknown {
    if (this.boards.length === 0) return nothing;
    return html`<section aria-labelledby="boards">
      <h2 id="boards">${t("boards")}</h2>
      <ul>
        ${worstFirst(this.boards, judgementOf).map((board) => row(board, this.now))}
      </ul>
    </section>`;
  }
}

function judgementOf({ troubles }: BoardLine): "ok" | "warning" {
  return troubles.length === 0 ? "ok" : "warning";
}

function row(board: BoardLine, now: number): unknown {
  const judgement = judgementOf(board);
  return html`<li class="judged ${judgement}">
    <gcam-icon .path=${iconOf(judgement)}></gcam-icon>
    <span>
      <a href=${hashOf("cameras/:camera", { camera: board.camera_id })}>${board.name}</a>
      <span class="word">· ${t(`judgements.${judgement}`)}</span>
    </span>
    <span>${factsOf(board, now).join(" · ")}</span>
    ${board.troubles.map(
      ({ text, text_said, remedy, remedy_said }) =>
        html`<span class="trouble">${sentence(text_said, text)} → ${sentence(remedy_said, remedy)}</span>`,
    )}
  </li>`;
}

/** Signal, last start and restarts; of one that is away, when it told that. */
export function factsOf({ newest, restarts }: BoardLine, now: number): string[] {
  const count = Object.values(restarts).reduce((sum, each) => sum + each, 0);
  return [
    ...(now - newest.at > OLD_S ? [t("board.told", { when: relative(newest.at, now) })] : []),
    ...(newest.rssi_dbm === null ? [] : [t("board.signal", { signal: number(newest.rssi_dbm, 0) })]),
    t("board.started", { when: relative(newest.at - newest.uptime_s, now) }),
    ...(count === 0 ? [] : [t("board.restarts", { count })]),
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-board-lines": BoardLines;
  }
}
