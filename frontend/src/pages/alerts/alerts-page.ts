/** Who is told of what, and what was told. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { heading } from "../../components/heading.js";
import { notifyError } from "../../components/notify.js";
import "../../components/tabs.js";
import { WhileVisible } from "../../components/while-visible.js";
import { words } from "../../i18n/i18n.js";
import { replace, type Place } from "../../router.js";
import "./alert-destinations.js";
import "./alert-heartbeat.js";
import "./alert-letters.js";
import "./alert-link.js";
import "./alert-rules.js";
import "./alert-snooze.js";
import { alertsStyles } from "./alerts.styles.js";

const t = words("alerts");
const TABS = ["settings", "letters"] as const;
const EVERY_MS = 10_000;

@customElement("gcam-alerts-page")
export class AlertsPage extends LitElement {
  static override styles = [
    alertsStyles,
    css`
      :host {
        display: block;
        max-width: 64rem;
      }
      h1 {
        margin: 0 0 var(--wa-space-s);
        font-size: var(--wa-font-size-xl);
      }
      .settings {
        display: grid;
        gap: var(--wa-space-xl);
      }
    `,
  ];

  @property({ attribute: false }) place: Place | undefined;
  @state() private alerts: Schemas["Alerts"] | undefined;
  @state() private modes: readonly Schemas["GuardModeNow"][] = [];
  private isTold = false;

  constructor() {
    super();
    new WhileVisible(this, EVERY_MS, () => this.load());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("gcam-changed", this.changed);
    void this.loadModes();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener("gcam-changed", this.changed);
  }

  protected override render(): unknown {
    const tab = TABS.find((name) => name === this.place?.query.get("tab")) ?? "settings";
    return html`<h1 ${heading()}>${t("title")}</h1>
      <gcam-tabs .tabs=${TABS.map((name) => [name, t(`tabs.${name}`)])} chosen=${tab} @gcam-tab=${this.show}>
        ${this.alerts ? this.content(tab, this.alerts) : html`<p role="status">${words("common")("loading")}</p>`}
      </gcam-tabs>`;
  }

  private content(tab: (typeof TABS)[number], alerts: Schemas["Alerts"]): unknown {
    if (tab === "letters") return html`<gcam-alert-letters .alerts=${alerts}></gcam-alert-letters>`;
    return html`<div class="settings">
      ${alerts.problem ? html`<p class="bad" role="alert">${t("problem", { why: alerts.problem })}</p>` : nothing}
      <gcam-alert-destinations .alerts=${alerts}></gcam-alert-destinations>
      ${alerts.destinations.length > 0
        ? html`<gcam-alert-rules .alerts=${alerts} .modes=${this.modes}></gcam-alert-rules>
            <gcam-alert-snooze .alerts=${alerts}></gcam-alert-snooze>
            <gcam-alert-link .link=${alerts.link}></gcam-alert-link>`
        : nothing}
      <gcam-alert-heartbeat .heartbeat=${alerts.heartbeat}></gcam-alert-heartbeat>
    </div>`;
  }

  private show({ detail }: CustomEvent<string>): void {
    replace("alerts", { tab: detail });
  }

  private readonly changed = (): void => void this.load();

  private async load(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/alerts"));
    if (answer.ok) this.alerts = answer.value;
    else if (!this.isTold) notifyError(answer.error);
    this.isTold = !answer.ok; // once, not every ten seconds
  }

  private async loadModes(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/guard"));
    if (answer.ok) this.modes = answer.value.modes;
  }
}
