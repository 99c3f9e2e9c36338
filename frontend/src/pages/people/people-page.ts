/** Who may see Gcam: accounts, tokens of programs, links to recordings, and the log of what they did. */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { heading } from "../../components/heading.js";
import "../../components/tabs.js";
import { words } from "../../i18n/i18n.js";
import { loadPart } from "../../parts.js";
import { replace, type Place } from "../../router.js";
import "./accounts.js";
import "./tokens.js";

const t = words("people");
const TABS = ["title", "tokens", "links", "audit"] as const;

@customElement("gcam-people-page")
export class PeoplePage extends LitElement {
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
    const tab = TABS.find((name) => name === this.place?.query.get("tab")) ?? "title";
    if (tab === "audit") void loadPart(() => import("./deeds.js"));
    if (tab === "links") void loadPart(() => import("./links.js"));
    return html`<h1 ${heading()}>${t("title")}</h1>
      <gcam-tabs .tabs=${TABS.map((name) => [name, t(name)])} chosen=${tab} @gcam-tab=${this.show}>
        <div ?hidden=${tab !== "title"}><gcam-accounts></gcam-accounts></div>
        <div ?hidden=${tab !== "tokens"}><gcam-tokens></gcam-tokens></div>
        <div ?hidden=${tab !== "links"}><gcam-links></gcam-links></div>
        <div ?hidden=${tab !== "audit"}>
          <gcam-deeds
            who=${this.place?.query.get("who") ?? ""}
            @gcam-who=${(event: CustomEvent<string>) => replace("people", { tab: "audit", who: event.detail || undefined })}
          ></gcam-deeds>
        </div>
      </gcam-tabs>`;
  }

  private show({ detail }: CustomEvent<string>): void {
    replace("people", { tab: detail });
  }
}
