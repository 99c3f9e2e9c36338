/** Health, disk, load and versions, asked for every five seconds while somebody looks. */
import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import "../../components/icon.js";
import { messageOf } from "../../components/notify.js";
import { WhileVisible } from "../../components/while-visible.js";
import { bytes, percent, relative } from "../../i18n/format.js";
import { hasWord, loadWords, REASONS, words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import "./board-lines.js";
import "./camera-loads.js";
import "./disk.js";
import { iconOf, worstFirst } from "./judgement.js";
import { overviewStyles } from "./overview.styles.js";
import { systemStyles } from "./system.styles.js";

type System = Schemas["System"];
type Part = Schemas["SystemPart"];
const t = words("system");
const EVERY_MS = 5000;
const FIRST_RATES_MS = 1200;
/** What the server says more than the sentence here does. */
const TELLING = new Set(["index.unreadable", "disk.full", "disk.away", "mqtt.away", "mqtt.limited", "network.stopped", "network.open", "duties.down", "duties.failed_lately"]);
const VERSIONS = ["gcam", "system", "machine", "python", "opencv", "ffmpeg", "pyav", "sqlite"] as const;

@customElement("gcam-system-overview")
export class SystemOverview extends LitElement {
  static override styles = [systemStyles, overviewStyles];

  @state() private system: System | undefined;
  @state() private problem = "";

  constructor() {
    super();
    new WhileVisible(this, EVERY_MS, () => this.load());
  }

  protected override render(): unknown {
    if (!this.system) return html`<p role="status">${this.problem || t("loading")}</p>`;
    const { parts, disk, cameras, boards, now } = this.system;
    return html`${this.problem ? html`<p role="status">${this.problem}</p>` : nothing}
      <div class="columns">
        <section aria-labelledby="health">
          <h2 id="health">${t("health")}</h2>
          <ul>
            ${worstFirst(parts, (part) => part.state).map(partRow)}
          </ul>
        </section>
        <div class="column">
          ${disk ? html`<gcam-disk .disk=${disk} .now=${this.system.now}></gcam-disk>` : nothing} ${this.process()}
        </div>
      </div>
      ${boards.length === 0 ? nothing : html`<gcam-board-lines .boards=${boards} .now=${now}></gcam-board-lines>`}
      <gcam-camera-loads .cameras=${cameras}></gcam-camera-loads>
      ${this.versions()}`;
  }

  private process(): unknown {
    const { process, now, uptime_s } = this.system as System;
    const cpu = process.cpu_share === null ? t("measuring") : percent(process.cpu_share / process.cores, 1);
    const of = process.machine_bytes === null ? "" : t("of_memory", { all: bytes(process.machine_bytes) });
    const pace = process.written_bytes_per_day;
    const written = pace === null ? t("written_later") : t("written_pace", { size: bytes(pace) });
    return html`<section aria-labelledby="process">
      <h2 id="process">${t("process")}</h2>
      <dl>
        <dt>${t("cpu")}</dt>
        <dd>${cpu} <small>${t("cores", { count: process.cores })}</small></dd>
        <dt>${t("memory")}</dt>
        <dd>${bytes(process.memory_bytes)} <small>${of}</small></dd>
        <dt>${t("written")}</dt>
        <dd>${written}</dd>
        <dt>${t("started")}</dt>
        <dd>${relative(now - uptime_s, now)}</dd>
      </dl>
    </section>`;
  }

  private versions(): unknown {
    const { versions } = this.system as System;
    return html`<section aria-labelledby="versions">
      <h2 id="versions">${t("versions")}</h2>
      <dl class="wide">
        ${VERSIONS.map(
          (name) =>
            html`<div>
              <dt>${t(`version.${name}`)}</dt>
              <dd>${versions[name]}</dd>
            </div>`,
        )}
      </dl>
    </section>`;
  }

  private async load(): Promise<void> {
    const isFirst = this.system === undefined;
    const answer = await ask(api.GET("/api/v1/system"));
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    const { parts, boards } = answer.value;
    const isReasoned = parts.some((part) => !isSaid(part) || tellsMore(part)) || boards.some(({ troubles }) => troubles.length > 0);
    if (isReasoned) await loadWords(REASONS);
    this.system = answer.value;
    if (isFirst) setTimeout(() => this.isConnected && void this.load(), FIRST_RATES_MS);
  }
}

/** Whether there is a sentence for it here. */
function isSaid({ part, code }: Part): boolean {
  const key = `states.${part}.${code}`;
  return hasWord("system", key) || hasWord("system", `${key}_other`);
}

function tellsMore({ part, code }: Part): boolean {
  return TELLING.has(`${part}.${code}`);
}

function partRow(one: Part): unknown {
  const { part, state, code, message, message_said, names, count } = one;
  const said = isSaid(one);
  const text = said ? t(`states.${part}.${code}`, { names: names.join(", "), count }) : sentence(message_said, message);
  return html`<li class="judged ${state}">
    <gcam-icon .path=${iconOf(state)}></gcam-icon>
    <strong>${t(`parts.${part}`)} <span class="word">· ${t(`judgements.${state}`)}</span></strong>
    <span>${text}</span>
    ${said && tellsMore(one) ? html`<small>${sentence(message_said, message)}</small>` : nothing}
  </li>`;
}
