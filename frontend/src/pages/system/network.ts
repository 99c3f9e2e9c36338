/** The camera network: how it stands, and the boards that have an address in it. */
import { mdiLan } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import "../../components/empty.js";
import "../../components/icon.js";
import { messageOf } from "../../components/notify.js";
import { WhileVisible } from "../../components/while-visible.js";
import { dateTime } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { hashOf } from "../../routes.js";
import { iconOf } from "./judgement.js";
import { overviewStyles } from "./overview.styles.js";
import { systemStyles } from "./system.styles.js";

type Network = Schemas["CameraNetwork"];
type Health = Schemas["NetworkHealth"];
type Lease = Schemas["Lease"];
const t = words("system");
const EVERY_MS = 5000;
const GUIDE = "https://github.com/gcam-project/gcam/blob/main/docs/guide/camera-network.md";

@customElement("gcam-camera-network")
export class CameraNetwork extends LitElement {
  static override styles = [
    systemStyles,
    overviewStyles,
    css`
      li.lease {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
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
    `,
  ];

  @state() private network: Network | undefined;
  @state() private problem = "";

  constructor() {
    super();
    new WhileVisible(this, EVERY_MS, () => this.load());
  }

  protected override render(): unknown {
    const { network } = this;
    if (!network) return html`<p role="status">${this.problem || t("loading")}</p>`;
    if (!network.health) return none();
    return html`${this.problem ? html`<p role="status">${this.problem}</p>` : nothing} ${standing(network, network.health)}
      <section aria-labelledby="boards">
        <h2 id="boards">${t("network.boards")}</h2>
        ${network.leases.length === 0 ? html`<p class="quiet">${t("network.no_boards", { interface: network.interface ?? "" })}</p>` : nothing}
        <ul>
          ${network.leases.map(row)}
        </ul>
      </section>`;
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

function row(lease: Lease): unknown {
  const until = lease.expires_at === null ? t("network.always") : t("network.until", { when: dateTime(lease.expires_at) });
  return html`<li class="lease">
    <div class="facts">
      <strong>${lease.name ?? t("network.nameless")}</strong>
      <span>${lease.address} <small>${lease.mac}</small></span>
      <small>${lease.is_fixed ? t("network.fixed") : until}</small>
    </div>
    ${lease.camera_id === null
      ? html`<a href=${hashOf("cameras", { add: 1, at: lease.address, called: lease.name ?? undefined })}>${t("network.add")}</a>`
      : html`<a href=${hashOf("cameras/:camera", { camera: lease.camera_id })}>${t("network.camera")}</a>`}
  </li>`;
}
