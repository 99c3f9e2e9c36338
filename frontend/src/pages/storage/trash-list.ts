/** Deleted recordings that may be had back, and until when. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import { mdiDeleteForever, mdiDeleteOutline, mdiRestore } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { restore } from "../../api/recordings.js";
import { deleteForGood, discardedUrl, emptyTrash, trash, type Discarded, type Trash } from "../../api/stored.js";
import type { Result } from "../../api/client.js";
import { confirm } from "../../components/confirm.js";
import "../../components/empty.js";
import "../../components/icon.js";
import { notify, notifyError } from "../../components/notify.js";
import { bytes, dateTime, duration, relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { now_s, onEvent } from "../../state/gcam.js";
import { storageStyles } from "./storage.styles.js";

const t = words("storage");
const MOST = 200;

@customElement("gcam-trash-list")
export class TrashList extends LitElement {
  static override styles = [
    storageStyles,
    css`
      li {
        grid-template-columns: 6rem minmax(0, 1fr) auto;
      }
      img {
        width: 100%;
        aspect-ratio: 4 / 3;
        object-fit: cover;
        border-radius: var(--wa-border-radius-m);
        background: #000;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-s);
        align-items: center;
        justify-content: space-between;
      }
      @media (max-width: 600px) {
        li {
          grid-template-columns: 6rem minmax(0, 1fr);
        }
        .actions {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  @state() private trash: Trash | undefined;
  private end: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = onEvent(({ type }) => {
      if (type === "hello" || type === "clip_removed" || type === "clip_ready") void this.load();
    });
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
  }

  protected override render(): unknown {
    const found = this.trash;
    if (!found) return html`<p role="status">${words("common")("loading")}</p>`;
    if (found.clips === 0)
      return html`<gcam-empty .icon=${mdiDeleteOutline} .heading=${t("no_trash")} .text=${t("trash_text")}></gcam-empty>`;
    return html`<div class="head">
        <p>${t("trash_sum", { count: found.clips, size: bytes(found.size_bytes) })}</p>
        <wa-button size="s" variant="danger" appearance="outlined" @click=${this.empty}
          ><gcam-icon slot="start" .path=${mdiDeleteForever}></gcam-icon>${t("empty")}</wa-button
        >
      </div>
      <p class="quiet">${t("trash_text")}</p>
      <ul>
        ${found.trash.map((one) => this.item(one))}
      </ul>
      ${found.clips > found.trash.length ? html`<p class="quiet">${t("more_trash", { count: found.clips - found.trash.length })}</p>` : nothing}`;
  }

  private item(one: Discarded): unknown {
    const { clip } = one;
    return html`<li>
      ${clip.thumbnail ? html`<img src=${discardedUrl(one)} alt="" loading="lazy" />` : html`<span></span>`}
      <span>
        <strong>${clip.camera_name}</strong> · ${dateTime(clip.started_at)}<br />
        ${duration(clip.duration_s)} · ${bytes(clip.size_bytes)}<br />
        <small>${t("deleted", { when: dateTime(one.discarded_at) })} · ${t("until_in", { when: dateTime(one.until), in: relative(one.until, now_s()) })}</small>
      </span>
      <span class="actions">
        <wa-button size="s" appearance="outlined" @click=${() => void this.act(restore(clip.id), "restored")}
          ><gcam-icon slot="start" .path=${mdiRestore}></gcam-icon>${t("restore")}</wa-button
        >
        <wa-button size="s" appearance="plain" @click=${() => void this.act(deleteForGood(clip.id))}
          ><gcam-icon slot="start" .path=${mdiDeleteForever}></gcam-icon>${t("delete_for_good")}</wa-button
        >
      </span>
    </li>`;
  }

  private readonly empty = async (): Promise<void> => {
    const question = { title: t("empty_sure"), text: t("empty_text"), yes: t("empty"), danger: true };
    if (await confirm(question)) await this.act(emptyTrash());
  };

  private async act(call: Promise<Result<unknown>>, done?: string): Promise<void> {
    const answer = await call;
    if (!answer.ok) notifyError(answer.error);
    else if (done) void notify({ text: t(done), kind: "success" });
    await this.load();
  }

  private async load(): Promise<void> {
    const answer = await trash(MOST);
    if (answer.ok) this.trash = answer.value;
    else notifyError(answer.error);
  }
}
