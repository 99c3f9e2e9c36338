/** What is on the disk: recordings per camera and how far back they reach, exports, the trash. Each for who may see it. */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { heading } from "../../components/heading.js";
import "../../components/tabs.js";
import { words } from "../../i18n/i18n.js";
import { replace, type Place } from "../../router.js";
import { may, type Permission } from "../../state/session.js";
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
      <gcam-tabs .tabs=${shown.map((name) => [name, t(`tabs.${name}`)])} chosen=${tab} @gcam-tab=${this.show}>${content(tab)}</gcam-tabs>`;
  }

  private show({ detail }: CustomEvent<string>): void {
    replace("storage", { tab: detail });
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
