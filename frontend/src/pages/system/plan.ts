/** What cameras cost here: processor, memory, disk, air, power; what limits first, and what to change. */
import { mdiCalculatorVariantOutline } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { api, ask } from "../../api/client.js";
import "../../components/icon.js";
import { messageOf } from "../../components/notify.js";
import { bytes, number, percent } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { buttons } from "../../styles/buttons.js";
import { fields } from "../../styles/fields.js";
import { iconOf } from "./judgement.js";
import { overviewStyles } from "./overview.styles.js";
import { filled, judgementOf, queryOf, sizeChoices, sizeName, type Need, type Plan, type Query } from "./plan-words.js";
import { systemStyles } from "./system.styles.js";

const t = words("system");
const GUIDE = "https://github.com/gcam-project/gcam/blob/main/docs/guide/cost.md";

@customElement("gcam-plan")
export class PlanPage extends LitElement {
  static override styles = [
    systemStyles,
    overviewStyles,
    buttons,
    fields,
    css`
      form {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 9rem), 1fr));
        gap: var(--wa-space-s);
        align-items: end;
      }
      label {
        display: grid;
        gap: var(--wa-space-2xs);
        font-size: var(--wa-font-size-s);
        color: var(--wa-color-text-quiet);
        min-width: 0;
      }
      .bar {
        margin-block: var(--wa-space-2xs);
        height: 0.5rem;
        border-radius: 0.25rem;
        background: var(--wa-color-surface-lowered);
        overflow: hidden;
      }
      .bar > div {
        height: 100%;
        background: var(--wa-color-brand-60);
      }
      .warning .bar > div {
        background: var(--gcam-reconnecting);
      }
      .problem .bar > div {
        background: var(--gcam-lost);
      }
    `,
  ];

  @state() private plan: Plan | undefined;
  @state() private problem = "";
  @state() private isBusy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.plan) void this.load({});
  }

  protected override render(): unknown {
    const { plan } = this;
    return html`<p class="quiet">${t("plan.text")}</p>
      ${plan ? this.form(plan) : nothing}
      <div role="status">${this.isBusy ? t("plan.measuring") : this.problem}</div>
      ${plan ? results(plan) : nothing}`;
  }

  private form(plan: Plan): unknown {
    const size = sizeName(plan.size);
    const share = String(Math.round(plan.recorded_share * 1000) / 10);
    return html`<form @submit=${this.submit}>
      ${field("cameras", "1", 1, 1000, plan.cameras)}
      <label
        >${t("plan.size")}<select name="size">
          ${sizeChoices(plan.size).map((name) => html`<option value=${name} ?selected=${name === size}>${name}</option>`)}
        </select></label
      >
      ${field("fps", "0.1", 0.1, 120, plan.fps)} ${field("days", "0.1", 0.1, 36500, plan.days)} ${left("recorded", "0.1", 100, share)}
      ${left("watts", "0.1", 10000, plan.machine_watts)} ${left("price", "0.001", 100, plan.euros_per_kwh)}
      <button type="submit" class="button brand" ?disabled=${this.isBusy}>
        <gcam-icon .path=${mdiCalculatorVariantOutline}></gcam-icon>${t("plan.work_out")}
      </button>
    </form>`;
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    void this.load(queryOf(new FormData(event.currentTarget as HTMLFormElement)));
  }

  private async load(query: Query): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    const answer = await ask(api.GET("/api/v1/plan", { params: { query } }));
    this.isBusy = false;
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (answer.ok) this.plan = answer.value;
  }
}

/** What has to be said. */
function field(name: string, step: string, min: number, max: number, value: number): unknown {
  return html`<label
    >${t(`plan.${name}`)}<input name=${name} type="number" inputmode="decimal" required step=${step} min=${min} max=${max} .value=${String(value)}
  /></label>`;
}

/** What the server knows, unless somebody knows better. */
function left(name: string, step: string, max: number, known: number | string): unknown {
  return html`<label
    >${t(`plan.${name}`)}<input name=${name} type="number" inputmode="decimal" step=${step} min="0" max=${max} placeholder=${String(known)}
  /></label>`;
}

function results(plan: Plan): unknown {
  return html`<div class="columns">${limits(plan)}${costs(plan)}</div>`;
}

function limits(plan: Plan): unknown {
  const [first] = plan.needs;
  const fits = plan.needs.every(({ remedy }) => remedy === null);
  const said = first ? t(fits ? "plan.fits" : "plan.too_much", { what: t(`plan.resource.${first.resource}`) }) : "";
  return html`<section aria-labelledby="limits">
    <h2 id="limits">${t("plan.limits")}</h2>
    <p>${said}</p>
    <ul>
      ${plan.needs.map((need) => needRow(need, plan))}
    </ul>
  </section>`;
}

function needRow(need: Need, plan: Plan): unknown {
  const judgement = judgementOf(need);
  return html`<li class="judged ${judgement}">
    <gcam-icon .path=${iconOf(judgement)}></gcam-icon>
    <strong>${t(`plan.resource.${need.resource}`)}${need.share === null ? "" : ` · ${percent(need.share * 100)}`}</strong>
    <span>${figureOf(need, plan)}</span>
    ${need.share === null ? nothing : html`<div class="bar" aria-hidden="true"><div style=${styleMap({ width: `${filled(need)}%` })}></div></div>`}
    ${need.remedy === null ? nothing : html`<small>${sentence(need.remedy_said, need.remedy)}</small>`}
  </li>`;
}

function figureOf({ resource }: Need, plan: Plan): string {
  switch (resource) {
    case "processor":
      return t("plan.figure.processor", { share: percent(plan.cpu_share), cores: plan.cores });
    case "memory":
      return t(plan.machine_bytes === null ? "plan.figure.memory" : "plan.figure.memory_of", { size: bytes(plan.memory_bytes), all: bytes(plan.machine_bytes ?? 0) });
    case "disk":
      return plan.days_held === null
        ? t("plan.figure.disk", { size: bytes(plan.bytes_per_day), all: bytes(plan.needed_bytes) })
        : t("plan.figure.disk_held", { size: bytes(plan.bytes_per_day), all: bytes(plan.needed_bytes), days: number(plan.days_held, plan.days_held < 10 ? 1 : 0) });
    case "air":
      return t("plan.figure.air", { rate: number(plan.air_bits_per_s / 1e6, 1), size: bytes(plan.air_bytes_per_day) });
  }
}

function costs(plan: Plan): unknown {
  const basis = plan.is_share_measured ? t("plan.basis.measured", { days: number(plan.measured_days, 1) }) : t("plan.basis.guess");
  return html`<section aria-labelledby="costs">
    <h2 id="costs">${t("plan.costs")}</h2>
    <dl>
      <dt>${t("plan.boards")}</dt>
      <dd>${t("plan.w", { watts: number(plan.boards_watts, 1) })}</dd>
      <dt>${plan.machine ?? t("plan.machine")}</dt>
      <dd>${t("plan.w", { watts: number(plan.machine_watts, 1) })}</dd>
      <dt>${t("plan.year")}</dt>
      <dd>${t("plan.euros", { euros: number(plan.euros_per_year), kwh: number(plan.kwh_per_year) })}</dd>
      <dt>${t("plan.subscription")}</dt>
      <dd>${t("plan.about", { euros: number(plan.subscription_per_year) })}</dd>
    </dl>
    <p><small>${basis} ${plan.machine === null ? t("plan.basis.watts") : nothing}</small></p>
    <a href=${GUIDE} target="_blank" rel="noreferrer">${t("plan.guide")}</a>
  </section>`;
}
