/** Links to one recording: make one that expires, copy it, see those that hold, end them. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { mdiContentCopy, mdiLinkOff } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Clip } from "../../api/recordings.js";
import { revoke, share, sharesOf, type Share } from "../../api/shares.js";
import "../../components/icon.js";
import { notify, notifyError } from "../../components/notify.js";
import { relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { now_s } from "../../state/gcam.js";

const t = words("playback");
const HOURS = [1, 24, 168, 720] as const;

@customElement("gcam-share-dialog")
export class GcamShareDialog extends LitElement {
  static override styles = css`
    .row,
    li {
      display: flex;
      flex-wrap: wrap;
      gap: var(--wa-space-s);
      align-items: end;
    }
    li {
      align-items: center;
      justify-content: space-between;
    }
    .row.link {
      align-items: center;
      margin-block-start: var(--wa-space-m);
    }
    wa-input {
      flex: 1;
      min-width: 0;
    }
    ul {
      list-style: none;
      margin: var(--wa-space-m) 0 0;
      padding: 0;
    }
  `;

  @state() private clip: Clip | undefined;
  @state() private open = false;
  @state() private hours = 24;
  @state() private link = "";
  @state() private shares: readonly Share[] = [];
  @state() private reachable = true;

  show(clip: Clip): void {
    this.clip = clip;
    this.link = "";
    this.shares = [];
    this.open = true;
    void this.look();
  }

  protected override render(): unknown {
    return html`<wa-dialog label=${t("share")} .open=${this.open} @wa-after-hide=${this.closed}>
      <p>${t("share_text")}</p>
      ${this.reachable ? this.making() : html`<wa-callout variant="warning">${t("share_unreachable")}</wa-callout>`}
      ${this.shares.length > 0
        ? html`<ul aria-label=${t("shares")}>${this.shares.map(
            (item) => html`<li><span>${t("share_until", { when: relative(item.expires_at, now_s()), who: item.created_by })}</span>
              <wa-button size="s" appearance="outlined" @click=${() => void this.end(item)}><gcam-icon slot="start" .path=${mdiLinkOff}></gcam-icon>${t("revoke")}</wa-button></li>`,
          )}</ul>`
        : ""}
    </wa-dialog>`;
  }

  private making(): unknown {
    return html`<div class="row">
        <wa-select label=${t("share_for")} .value=${live(String(this.hours))} @change=${(event: Event) => (this.hours = Number((event.target as HTMLInputElement).value))}>
          ${HOURS.map((hours) => html`<wa-option value=${hours}>${t(`share_hours.${hours}`)}</wa-option>`)}
        </wa-select>
        <wa-button variant="brand" @click=${() => void this.make()}>${t("share_make")}</wa-button>
      </div>
      ${this.link
        ? html`<div class="row link"><wa-input readonly label=${t("share_link")} hint=${t("share_once")} .value=${this.link}></wa-input>
            <wa-button @click=${() => void this.copy()}><gcam-icon slot="start" .path=${mdiContentCopy}></gcam-icon>${t("copy")}</wa-button></div>`
        : ""}`;
  }

  private async look(): Promise<void> {
    const answer = this.clip && (await sharesOf(this.clip.id));
    if (answer?.ok) ({ shares: this.shares, reachable: this.reachable } = answer.value);
  }

  private async make(): Promise<void> {
    if (!this.clip) return;
    const answer = await share(this.clip.id, this.hours);
    if (answer.ok) this.link = answer.value;
    else notifyError(answer.error);
    await this.look();
  }

  private async copy(): Promise<void> {
    const input = this.renderRoot.querySelector("wa-input");
    try {
      await navigator.clipboard.writeText(this.link);
      void notify({ text: t("copied"), kind: "success" });
    } catch {
      input?.select(); // no clipboard without HTTPS: Ctrl+C does it then
    }
  }

  private async end(item: Share): Promise<void> {
    const answer = await revoke(item);
    if (!answer.ok && answer.error.status !== 404) notifyError(answer.error);
    this.link = "";
    await this.look();
  }

  private readonly closed = (event: Event): void => {
    if ((event.target as HTMLElement).localName === "wa-dialog") this.open = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-share-dialog": GcamShareDialog;
  }
}
