/** `<gcam-score-chart>`: the score of the last minute against the threshold, as it happens. */
import { css, html, LitElement, unsafeCSS, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import type uPlot from "uplot";
import uPlotCss from "uplot/dist/uPlot.min.css?inline";
import { timeFormat } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { share } from "../../i18n/causes.js";
import type { Decision } from "../../api/motion.js";

const t = words("tune");
const SHOWN_S = 60;
/** The scale is logarithmic. */
const LEAST_SCORE = 0.01;
const POWERS = [LEAST_SCORE, 0.1, 1, 10, 100] as const;
const HEIGHT_PX = 180;
/** `uPlot.Scale.Distr.Logarithmic`, a const enum that only its types know. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const LOGARITHMIC = 3 as uPlot.Scale.Distr;

@customElement("gcam-score-chart")
export class ScoreChart extends LitElement {
  static override styles = [
    unsafeCSS(uPlotCss),
    css`
      :host {
        display: block;
        min-height: ${HEIGHT_PX}px;
        color: var(--wa-color-text-normal);
      }
      .u-legend {
        font-size: var(--wa-font-size-xs);
      }
    `,
  ];

  /** Sensitivity that is tried out, as the threshold it means; undefined: the one that holds. */
  @property({ attribute: false }) tried: number | undefined;
  private chart: uPlot | undefined;
  private decisions: Decision[] = [];
  private readonly observer = new ResizeObserver(([entry]) => {
    if (entry) this.chart?.setSize({ width: Math.max(200, entry.contentRect.width), height: HEIGHT_PX });
  });

  /** One more decision; those older than the chart shows are forgotten. */
  push(decision: Decision): void {
    this.decisions = [...this.decisions.filter(({ at }) => at > decision.at - SHOWN_S && at < decision.at), decision];
    this.draw();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    this.chart?.destroy();
    this.chart = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.build();
  }

  protected override render(): unknown {
    return html`<div id="plot" role="img" aria-label=${t("chart")}></div>`;
  }

  protected override firstUpdated(): void {
    void this.build();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("tried")) this.draw();
  }

  private async build(): Promise<void> {
    const { default: Plot } = await import("uplot");
    const place = this.renderRoot.querySelector<HTMLElement>("#plot");
    if (!place || !this.isConnected || this.chart) return;
    this.chart = new Plot(this.options(place.clientWidth), this.data(), place);
    this.observer.observe(this);
  }

  private draw(): void {
    const newest = this.decisions.at(-1)?.at ?? 0;
    const { chart } = this;
    chart?.batch(() => {
      chart.setData(this.data(), false);
      chart.setScale("x", { min: newest - SHOWN_S, max: newest });
    });
  }

  /** Behind the lines: the time in which an event was in progress. */
  private shadeEvents(chart: uPlot, colour: string): void {
    const { ctx, bbox } = chart;
    ctx.save();
    ctx.globalAlpha = 0.12;
    ctx.fillStyle = colour;
    this.decisions.forEach(({ at, event }, index) => {
      const next = this.decisions[index + 1]?.at ?? at;
      if (!event || next === at) return;
      const left = Math.max(bbox.left, chart.valToPos(at, "x", true));
      ctx.fillRect(left, bbox.top, chart.valToPos(next, "x", true) - left, bbox.height);
    });
    ctx.restore();
  }

  private data(): uPlot.AlignedData {
    const visible = (percent: number): number => Math.max(LEAST_SCORE, percent);
    return [
      this.decisions.map(({ at }) => at),
      this.decisions.map(({ score }) => visible(score)),
      this.decisions.map(({ threshold }) => (threshold > 0 ? threshold : null)),
      this.decisions.map(() => this.tried ?? null),
    ];
  }

  private options(width: number): uPlot.Options {
    const style = getComputedStyle(this);
    const colour = (name: string) => (): string => style.getPropertyValue(name).trim() || style.color; // also once it gets dark
    const quiet = colour("--wa-color-text-quiet");
    const motion = colour("--gcam-motion");
    const percent = (_: uPlot, value: number | null): string => (value === null ? "–" : `${share(value)} %`);
    const axis: uPlot.Axis = {
      stroke: quiet,
      grid: { stroke: colour("--wa-color-surface-border"), width: 1 },
      ticks: { show: false },
      font: "11px system-ui",
    };
    const clock = timeFormat({ timeStyle: "medium" });
    return {
      width: Math.max(200, width),
      height: HEIGHT_PX,
      cursor: { show: false },
      legend: { live: false },
      scales: { x: { time: true }, y: { distr: LOGARITHMIC, range: [LEAST_SCORE, 100] } },
      axes: [
        { ...axis, size: 28, space: 90, values: (_, splits) => splits.map((at) => clock.format(at * 1000)) },
        { ...axis, size: 52, splits: () => [...POWERS], filter: (_, splits) => splits, values: (_, splits) => splits.map((value) => `${share(value)} %`) },
      ],
      hooks: { drawClear: [(chart) => this.shadeEvents(chart, motion())] },
      series: [
        {},
        {
          label: t("score"),
          stroke: motion,
          fill: () => `color-mix(in srgb, ${motion()} 18%, transparent)`,
          fillTo: LEAST_SCORE,
          width: 2,
          points: { show: false },
          value: percent,
        },
        { label: t("threshold"), stroke: quiet, width: 2, dash: [6, 4], points: { show: false }, value: percent },
        {
          label: t("threshold_tried"),
          stroke: colour("--gcam-privacy"),
          width: 2,
          dash: [2, 3],
          points: { show: false },
          value: percent,
        },
      ],
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-score-chart": ScoreChart;
  }
}
