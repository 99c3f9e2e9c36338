/** The newest log records, by level and text; follows what comes in. */
import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import type WaInput from "@awesome.me/webawesome/dist/components/input/input.js";
import type WaSelect from "@awesome.me/webawesome/dist/components/select/select.js";
import type WaSwitch from "@awesome.me/webawesome/dist/components/switch/switch.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { api, ask } from "../../api/client.js";
import { Latest, tooLate } from "../../api/latest.js";
import { messageOf } from "../../components/notify.js";
import { WhileVisible } from "../../components/while-visible.js";
import { dateTime, time } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { isAnotherRun, joined, type LogRecord } from "./log-lines.js";
import { systemStyles } from "./system.styles.js";

const t = words("system");
const LEVELS = ["debug", "info", "warning", "error"] as const;
const EVERY_MS = 5000;

@customElement("gcam-logs")
export class Logs extends LitElement {
  static override styles = [
    systemStyles,
    css`
      .filter {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-s);
        align-items: end;
      }
      wa-select {
        flex: 0 1 12rem;
      }
      wa-input {
        flex: 1 1 12rem;
      }
      wa-switch {
        padding-block-end: var(--wa-space-xs);
      }
      .lines {
        max-height: 60vh;
        overflow: auto;
        padding: var(--wa-space-s);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-lowered);
        font: var(--wa-font-size-s) / 1.5 ui-monospace, monospace;
      }
      .line {
        overflow-wrap: anywhere;
      }
      .line.error .level {
        color: var(--gcam-lost);
      }
      .line.warning .level {
        color: var(--gcam-reconnecting);
      }
      .level {
        font-weight: bold;
      }
      time {
        color: var(--wa-color-text-quiet);
      }
      pre {
        margin: 0;
        white-space: pre-wrap;
      }
    `,
  ];

  @state() private lines: readonly LogRecord[] = [];
  @state() private level: (typeof LEVELS)[number] = "info";
  @state() private text = "";
  @state() private follows = true;
  @state() private problem = "";
  @query(".lines") private readonly box!: HTMLElement | null;
  private newest = 0;
  /** For these lines: another level or text wants none of them. */
  private readonly asking = new Latest();

  constructor() {
    super();
    new WhileVisible(this, EVERY_MS, async () => {
      if (this.follows || this.newest === 0) await this.load();
    });
  }

  protected override render(): unknown {
    return html`<div class="filter">
        <wa-select label=${t("level")} value=${this.level} @change=${this.chooseLevel}>
          ${LEVELS.map((level) => html`<wa-option value=${level}>${t(`levels.${level}`)}</wa-option>`)}
        </wa-select>
        <wa-input label=${t("text")} type="search" with-clear .value=${this.text} @input=${this.chooseText} @wa-clear=${this.chooseText}></wa-input>
        <wa-switch ?checked=${this.follows} @change=${this.chooseFollow}>${t("follow")}</wa-switch>
      </div>
      ${this.problem ? html`<p role="status">${this.problem}</p>` : nothing}
      <div class="lines" role="log" aria-live="off" aria-label=${t("tabs.logs")} tabindex="0">
        ${this.lines.length === 0 ? html`<span class="quiet">${t("no_logs")}</span>` : this.lines.map(line)}
      </div>
      <small>${t("logs_text")}</small>`;
  }

  private async load(): Promise<void> {
    const { level, text } = this;
    const { signal } = this.asking;
    const after = this.newest;
    const answer = await ask(api.GET("/api/v1/logs", { params: { query: { level, text, after, limit: 500 } }, signal }));
    if (tooLate(signal)) return;
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    if (answer.value.newest < after || isAnotherRun(this.lines, answer.value.newest)) { await this.anew(); return; }
    const atEnd = !this.box || this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 40;
    this.lines = joined(this.lines, answer.value.records);
    this.newest = answer.value.newest;
    await this.updateComplete;
    if (atEnd) this.box?.scrollTo(0, this.box.scrollHeight);
  }

  private async anew(): Promise<void> {
    this.asking.again();
    this.lines = [];
    this.newest = 0;
    await this.load();
  }

  private chooseLevel(event: Event): void {
    this.level = (event.target as WaSelect).value as (typeof LEVELS)[number];
    void this.anew();
  }

  private chooseText(event: Event): void {
    this.text = ((event.target as WaInput).value ?? "").slice(0, 200);
    void this.anew();
  }

  private chooseFollow(event: Event): void {
    this.follows = (event.target as WaSwitch).checked;
    if (this.follows) void this.load();
  }
}

function line({ at, level, camera, message, exception }: LogRecord): unknown {
  return html`<div class="line ${level}">
    <time title=${dateTime(at)}>${time(at)}</time> <span class="level">${t(`levels.${level}`)}</span>
    ${camera === null ? nothing : html`<strong>[${camera}]</strong>`} <span lang="en">${message}</span>
    ${exception === null ? nothing : html`<pre lang="en">${exception}</pre>`}
  </div>`;
}
