/** Who may see Gcam: accounts, tokens of programs, links to recordings, and the log of what they did. */
import "@awesome.me/webawesome/dist/components/tab-group/tab-group.js";
import "@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js";
import "@awesome.me/webawesome/dist/components/tab/tab.js";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { heading } from "../../components/heading.js";
import { words } from "../../i18n/i18n.js";
import { replace, type Place } from "../../router.js";
import { tabs } from "../../styles/tabs.js";
import "./accounts.js";
import "./deeds.js";
import "./links.js";
import "./tokens.js";

const t = words("people");
const TABS = ["title", "tokens", "links", "audit"] as const;

@customElement("gcam-people-page")
export class PeoplePage extends LitElement {
  static override styles = css`
    ${tabs}
    :host {
      max-width: 64rem;
    }
    h1 {
      margin: 0 0 var(--wa-space-s);
      font-size: var(--wa-font-size-xl);
    }
  `;

  @property({ attribute: false }) place: Place | undefined;

  protected override render(): unknown {
    const tab = TABS.find((name) => name === this.place?.query.get("tab")) ?? "title";
    return html`<h1 ${heading()}>${t("title")}</h1>
      <wa-tab-group active=${tab} @wa-tab-show=${this.show}>
        ${TABS.map((name) => html`<wa-tab panel=${name}>${t(name)}</wa-tab>`)}
        <wa-tab-panel name="title"><gcam-accounts></gcam-accounts></wa-tab-panel>
        <wa-tab-panel name="tokens"><gcam-tokens></gcam-tokens></wa-tab-panel>
        <wa-tab-panel name="links"><gcam-links></gcam-links></wa-tab-panel>
        <wa-tab-panel name="audit"><gcam-deeds
            who=${this.place?.query.get("who") ?? ""}
            @gcam-who=${(event: CustomEvent<string>) => replace(["people"], { tab: "audit", who: event.detail || undefined })}
          ></gcam-deeds></wa-tab-panel>
      </wa-tab-group>`;
  }

  private show(event: CustomEvent<{ name: string }>): void {
    const { name } = event.detail;
    if (name !== this.place?.query.get("tab")) replace(["people"], { tab: name });
  }
}
