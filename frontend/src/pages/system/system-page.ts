/** How Gcam itself fares: health, disk and load; what it costs; its log; what is wrong with the set-up; backup. */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { heading } from "../../components/heading.js";
import "../../components/tabs.js";
import { loadWords, REASONS, words } from "../../i18n/i18n.js";
import { loadPart } from "../../parts.js";
import { replace, type Place } from "../../router.js";
import "./overview.js";

const t = words("system");
const TABS = ["overview", "settings", "plan", "network", "check", "logs", "backup"] as const;
/** What is behind the first tab comes when it is wanted. */
const PARTS = {
  overview: () => Promise.resolve(),
  settings: () => Promise.all([import("./settings.js"), loadWords(REASONS)]),
  plan: () => Promise.all([import("./plan.js"), loadWords(REASONS)]),
  network: () => Promise.all([import("./network.js"), loadWords(REASONS)]),
  check: () => Promise.all([import("./findings.js"), loadWords(REASONS)]),
  logs: () => import("./logs.js"),
  backup: () => import("./backup.js"),
};

@customElement("gcam-system-page")
export class SystemPage extends LitElement {
  static override styles = css`
    :host {
      max-width: 72rem;
    }
    h1 {
      margin: 0 0 var(--wa-space-s);
      font-size: var(--wa-font-size-xl);
    }
  `;

  @property({ attribute: false }) place: Place | undefined;

  protected override willUpdate(): void {
    void loadPart(PARTS[this.tab]);
  }

  private get tab(): (typeof TABS)[number] {
    return TABS.find((name) => name === this.place?.query.get("tab")) ?? "overview";
  }

  protected override render(): unknown {
    const { tab } = this;
    return html`<h1 ${heading()}>${t("title")}</h1>
      <gcam-tabs .tabs=${TABS.map((name) => [name, t(`tabs.${name}`)])} chosen=${tab} @gcam-tab=${this.show}>${content(tab)}</gcam-tabs>`;
  }

  private show({ detail }: CustomEvent<string>): void {
    replace("system", { tab: detail });
  }
}

/** Only what is shown asks the server. */
function content(tab: (typeof TABS)[number]): unknown {
  switch (tab) {
    case "overview":
      return html`<gcam-system-overview></gcam-system-overview>`;
    case "settings":
      return html`<gcam-settings></gcam-settings>`;
    case "plan":
      return html`<gcam-plan></gcam-plan>`;
    case "network":
      return html`<gcam-camera-network></gcam-camera-network>`;
    case "check":
      return html`<gcam-findings></gcam-findings>`;
    case "logs":
      return html`<gcam-logs></gcam-logs>`;
    case "backup":
      return html`<gcam-backup></gcam-backup>`;
  }
}
