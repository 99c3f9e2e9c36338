/** The camera network: how it stands, and the boards that have an address in it. */
import { mdiLan, mdiPencil } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { api, ask, type Schemas } from "../../api/client.js";
import "../../components/empty.js";
import "../../components/icon.js";
import { iconButton } from "../../components/icon-button.js";
import { messageOf } from "../../components/notify.js";
import { WhileVisible } from "../../components/while-visible.js";
import { dateTime } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { hashOf } from "../../routes.js";
import { buttons } from "../../styles/buttons.js";
import "./board-dialog.js";
import { rowsOf, type Row } from "./board-rows.js";
import { iconOf } from "./judgement.js";
import { overviewStyles } from "./overview.styles.js";
import { systemStyles } from "./system.styles.js";

type Network = Schemas["CameraNetwork"];
type Health = Schemas["NetworkHealth"];
const t = words("system");
const EVERY_MS = 5000;
const GUIDE = "https://github.com/gcam-project/gcam/blob/main/docs/guide/camera-network.md";

@customElement("gcam-camera-network")
export class CameraNetwork extends LitElement {
  static override styles = [
    systemStyles,
    overviewStyles,
    buttons,
    css`
      li.lease {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto var(--wa-form-control-height);
        gap: 0 var(--wa-space-m);
        align-items: center;
        padding-block-end: var(--wa-space-s);
        border-block-end: 1px solid var(--wa-color-surface-border);
        overflow-wrap: anywhere;
      }
      li.lease:last-child {
        border: none;
        padding: 0;
      }
      .facts {
        display: grid;
        min-width: 0;
      }
      li.lease .button {
        padding: 0;
      }
      @media (width < 40rem) {
        li.lease {
          grid-template-columns: minmax(0, 1fr) var(--wa-form-control-height);
        }
        li.lease .to-camera {
          order: 1;
        }
      }
      .wrong {
        color: var(--wa-color-danger-on-quiet);
      }
    `,
  ];

  @state() private network: Network | undefined;
  @state() private problem = "";
  @state() private naming: Row | undefined;

  constructor() {
    super();
    new WhileVisible(this, EVERY_MS, () => this.load());
  }

  protected override render(): unknown {
    const { network } = this;
    if (!network) return html`<p role="status">${this.problem || t("loading")}</p>`;
    if (!network.health) return none();
    const rows = rowsOf(network.leases, network.boards);
    return html`${this.problem ? html`<p role="status">${this.problem}</p>` : nothing} ${standing(network, network.health)}
      <section aria-labelledby="boards">
        <h2 id="boards">${t("network.boards")}</h2>
        ${rows.length === 0 ? html`<p class="quiet">${t("network.no_boards", { interface: network.interface ?? "" })}</p>` : nothing}
        <ul>
          ${repeat(
            rows,
            (row) => row.mac,
            (row) => this.board(row),
          )}
        </ul>
      </section>
      ${this.naming ? html`<gcam-board-dialog .row=${this.naming} @done=${this.named}></gcam-board-dialog>` : nothing}`;
  }

  private board(row: Row): unknown {
    const { mac, name, lease, board } = row;
    return html`<li class="lease">
      <div class="facts">
        <strong>${name ?? t("network.nameless")}</strong>
        <span>${lease?.address ?? board?.address ?? nothing} <small>${mac}</small></span>
        <small>${standsOf(row)}${board?.is_given ? ` · ${t("network.given")}` : nothing}</small>
        ${board?.problem ? html`<small class="wrong">${t("network.counts_not", { why: sentence(board.problem_said, board.problem) })}</small>` : nothing}
      </div>
      ${link(row)}
      ${board?.is_given
        ? html`<span></span>`
        : iconButton({ label: t("network.name_board", { board: name ?? mac }), icon: mdiPencil, run: () => (this.naming = row) })}
    </li>`;
  }

  private async named(): Promise<void> {
    this.naming = undefined;
    await this.load();
  }

  private async load(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/network"));
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (answer.ok) this.network = answer.value;
  }
}

function none(): unknown {
  return html`<gcam-empty .icon=${mdiLan} .heading=${t("network.none")} .text=${t("network.none_text")}>
    <a href=${GUIDE} target="_blank" rel="noreferrer">${t("network.how")}</a>
  </gcam-empty>`;
}

function standing(network: Network, health: Health): unknown {
  const state = health.problem !== null ? "problem" : health.phase !== "serving" || health.notice !== null ? "warning" : "ok";
  return html`<section aria-labelledby="network">
    <h2 id="network">${t("network.title")}</h2>
    <div class="judged ${state}">
      <gcam-icon .path=${iconOf(state)}></gcam-icon>
      <strong class="word">${t(`network.phase.${health.phase}`)}</strong>
      ${health.problem === null ? nothing : html`<span>${sentence(health.problem_said, health.problem)}</span>`}
      ${health.notice === null ? nothing : html`<span>${sentence(health.notice_said, health.notice)}</span>`}
    </div>
    <dl class="wide">
      ${fact("interface", network.interface)} ${fact("address", network.address)}
      ${fact("range", t("network.from_to", { first: network.first ?? "", last: network.last ?? "" }))}
      ${fact("internet", t(network.internet ? "network.internet_yes" : "network.no_internet"))} ${network.ssid === null ? nothing : fact("wifi", network.ssid)}
    </dl>
  </section>`;
}

function fact(name: string, value: string | null): unknown {
  return html`<div>
    <dt>${t(`network.${name}`)}</dt>
    <dd>${value}</dd>
  </div>`;
}

function standsOf({ lease, board, coming }: Row): string {
  if (lease === undefined) return t("network.away");
  if (coming !== undefined) return t("network.coming", { address: coming });
  if (lease.is_fixed) return t("network.fixed");
  if (lease.expires_at === null) return t("network.always");
  const until = t("network.until", { when: dateTime(lease.expires_at) });
  return board === undefined ? until : `${t("network.named")} · ${until}`;
}

function link({ name, lease }: Row): unknown {
  if (lease === undefined) return html`<span class="to-camera"></span>`;
  return lease.camera_id === null
    ? html`<a class="to-camera" href=${hashOf("cameras", { add: 1, at: lease.address, called: name ?? undefined })}>${t("network.add")}</a>`
    : html`<a class="to-camera" href=${hashOf("cameras/:camera", { camera: lease.camera_id })}>${t("network.camera")}</a>`;
}
