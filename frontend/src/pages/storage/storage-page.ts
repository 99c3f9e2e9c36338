/** What is on the disk: recordings per camera and how far back they reach, exports, the trash. Each for who may see it. */
import "@awesome.me/webawesome/dist/components/tab-group/tab-group.js";
import "@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js";
import "@awesome.me/webawesome/dist/components/tab/tab.js";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { heading } from "../../components/heading.js";
import { words } from "../../i18n/i18n.js";
import { replace, type Place } from "../../router.js";
import { may, type Permission } from "../../state/session.js";
import { tabs } from "../../styles/tabs.js";
import "./exports-list.js";
import "./stored-cameras.js";
import "./trash-list.js";

const t = words("storage");
const TABS = ["cameras", "exports", "trash"] as const;
type Tab = (typeof TABS)[number];
const NEEDS: Record<Tab, Permission> = { cameras: "playback", exports: "control", trash: "configure" };

@customElement("gcam-storage-page")
export class StoragePage extends LitElement {
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
    const shown = TABS.filter((name) => may(NEEDS[name]));
    const tab = shown.find((name) => name === this.place?.query.get("tab")) ?? "cameras";
    return html`<h1 ${heading()}>${t("title")}</h1>
      <wa-tab-group active=${tab} @wa-tab-show=${this.show}>
        ${shown.map((name) => html`<wa-tab panel=${name}>${t(`tabs.${name}`)}</wa-tab>`)}
        ${shown.map((name) => html`<wa-tab-panel name=${name}>${name === tab ? content(name) : ""}</wa-tab-panel>`)}
      </wa-tab-group>`;
  }

  private show(event: CustomEvent<{ name: string }>): void {
    replace(["storage"], { tab: event.detail.name });
  }
}

/** Only what is shown asks the server. */
function content(tab: Tab): unknown {
  switch (tab) {
    case "cameras":
      return html`<gcam-stored-cameras></gcam-stored-cameras>`;
    case "exports":
      return html`<gcam-exports-list></gcam-exports-list>`;
    case "trash":
      return html`<gcam-trash-list></gcam-trash-list>`;
  }
}
