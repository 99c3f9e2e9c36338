/** Links to recordings: what each shows, who made it, until when, how often it was used; ended one by one or all. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import { mdiLinkOff } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Result } from "../../api/client.js";
import { revoke, revokeAll, sharesOf, type Share } from "../../api/shares.js";
import { confirm } from "../../components/confirm.js";
import "../../components/icon.js";
import { notifyError } from "../../components/notify.js";
import { dateTime, relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { now_s } from "../../state/gcam.js";
import { peopleStyles } from "./people.styles.js";

const t = words("people");

@customElement("gcam-links")
export class Links extends LitElement {
  static override styles = peopleStyles;

  @state() private links: readonly Share[] | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    return html`<p class="quiet">${t("links_text")}</p>
      ${this.links?.length === 0 ? html`<p class="quiet">${t("no_links")}</p>` : nothing}
      <ul>
        ${this.links?.map((link) => this.row(link))}
      </ul>
      ${this.links && this.links.length > 1
        ? html`<div><wa-button appearance="outlined" variant="danger" @click=${this.endAll}>${t("links_end")}</wa-button></div>`
        : nothing}`;
  }

  private row(link: Share): unknown {
    const what = t("link_of", { camera: link.camera_name, when: dateTime(link.started_at) });
    const used = link.used_at === null ? t("link_used_never") : t("link_used", { count: link.used, when: relative(link.used_at, now_s()) });
    const about = [t("link_by", { who: link.created_by }), t("link_until", { when: dateTime(link.expires_at) }), used];
    return html`<li>
      <div class="who">
        <strong>${what}</strong>
        <small>${(link.is_makers ? about : [...about, t("link_nobodys")]).join(" · ")}</small>
      </div>
      <wa-button size="s" appearance="outlined" variant="danger" @click=${() => this.changed(revoke(link))}
        ><gcam-icon slot="start" .path=${mdiLinkOff}></gcam-icon><span aria-hidden="true">${t("link_end")}</span
        ><span class="unseen">${t("link_end_of", { what })}</span></wa-button
      >
    </li>`;
  }

  private readonly endAll = async (): Promise<void> => {
    const sure = { title: t("links_end_sure"), text: t("links_end_text"), yes: t("links_end"), danger: true };
    if (await confirm(sure)) await this.changed(revokeAll());
  };

  private async changed(change: Promise<Result<unknown>>): Promise<void> {
    const answer = await change;
    if (!answer.ok && answer.error.status !== 404) notifyError(answer.error);
    await this.load();
  }

  private async load(): Promise<void> {
    const answer = await sharesOf();
    if (answer.ok) this.links = answer.value.shares;
    else notifyError(answer.error);
  }
}
