/** `<gcam-board-health camera="door">`: how a board with Gcam's firmware fared for a day, as it told once a minute. */
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import { css, html, LitElement, nothing, svg } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { bytes, number } from "../../i18n/format.js";
import { hasWord, words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { camerasStyles } from "./cameras.styles.js";

const t = words("cameras");
const AGAIN_MS = 60_000;
const [WIDTH, HEIGHT] = [240, 36];
type Day = Schemas["BoardDay"];
type Health = Schemas["BoardHealth"];

@customElement("gcam-board-health")
export class BoardHealth extends LitElement {
  static override styles = [
    camerasStyles,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-s);
      }
      .trouble {
        margin: 0;
      }
      .trouble::first-letter {
        text-transform: uppercase;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: var(--wa-space-2xs) var(--wa-space-m);
        margin: 0;
      }
      dt {
        color: var(--wa-color-text-quiet);
      }
      dd {
        margin: 0;
      }
      svg {
        inline-size: 100%;
        block-size: 2.25rem;
        color: var(--wa-color-brand-fill-loud);
      }
    `,
  ];

  @property() camera = "";
  @state() private day: Day | undefined;
  private timer: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
    this.timer = window.setInterval(() => void this.load(), AGAIN_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  protected override render(): unknown {
    const { day } = this;
    if (!day) return nothing;
    if (!day.newest) return html`<p class="quiet">${t("health.none")}</p>`;
    return html`
      ${day.troubles.map(
        ({ text, text_said, remedy, remedy_said }) =>
          html`<wa-callout variant="warning" role="alert"><p class="trouble">${sentence(text_said, text)}<br />→ ${sentence(remedy_said, remedy)}</p></wa-callout>`,
      )}
      <dl>${factsOf(day, day.newest).map(([name, value]) => html`<dt>${t(`health.${name}`)}</dt><dd>${value}</dd>`)}</dl>
      ${this.curve(day.samples)}
    `;
  }

  /** The signal over the day. */
  private curve(samples: readonly Health[]): unknown {
    const points = curveOf(samples, WIDTH, HEIGHT);
    if (!points) return nothing;
    return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${t("health.curve")}>
        ${svg`<polyline points=${points} fill="none" stroke="currentColor" stroke-width="1.5" vector-effect="non-scaling-stroke"></polyline>`}
      </svg>
      <span class="quiet">${t("health.curve")}</span>`;
  }

  private async load(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/cameras/{id}/board/health", { params: { path: { id: this.camera } } }));
    if (answer.ok) this.day = answer.value;
  }
}

/** What is known, in the order in which it is shown. */
export function factsOf({ restarts }: Day, newest: Health): [string, string][] {
  const count = Object.values(restarts).reduce((sum, each) => sum + each, 0);
  const reason = (name: string): string => (hasWord("cameras", `reset.${name}`) ? t(`reset.${name}`) : name);
  const why = Object.keys(restarts).map(reason).join(", ");
  const all: [string, string | null][] = [
    ["signal", newest.rssi_dbm === null ? null : `${number(newest.rssi_dbm, 0)} dBm`],
    ["uptime", lasted(newest.uptime_s)],
    ["restarts", count === 0 ? t("health.no_restarts", { reason: reason(newest.reset) }) : `${number(count, 0)} (${why})`],
    ["heap", `${bytes(newest.heap_free)} (${bytes(newest.heap_largest)})`],
    ["psram", newest.psram_free === null ? null : bytes(newest.psram_free)],
    ["pictures", t("health.sent", { sent: number(newest.sent, 0), skipped: number(newest.skipped, 0) })],
  ];
  return all.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** As days and hours, hours and minutes, or minutes. */
export function lasted(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return t("health.days", { days: Math.floor(hours / 24), hours: hours % 24 });
  return hours > 0 ? t("health.hours", { hours, minutes: minutes % 60 }) : t("health.minutes", { minutes });
}

/** From -95 dBm at the bottom to -35 at the top; undefined where there is nothing to draw. */
export function curveOf(samples: readonly Health[], width: number, height: number): string | undefined {
  const told = samples.filter((one) => one.rssi_dbm !== null);
  const [first, last] = [told[0], told[told.length - 1]];
  if (!first || !last || last.at <= first.at) return undefined;
  return told
    .map(({ at, rssi_dbm }) => {
      const share = Math.min(1, Math.max(0, ((rssi_dbm ?? -95) + 95) / 60));
      return `${(((at - first.at) / (last.at - first.at)) * width).toFixed(1)},${((1 - share) * height).toFixed(1)}`;
    })
    .join(" ");
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-board-health": BoardHealth;
  }
}
