/** What one does with recordings: protect, delete, download, keep the picture. Only what the session may is offered. */
import { mdiCheckboxMultipleMarkedOutline, mdiDelete, mdiDownload, mdiImage, mdiLock, mdiLockOpenVariant, mdiMovieOpenOutline, mdiShareVariant } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { downloadUrl, protect, type Clip } from "../../api/recordings.js";
import "../../components/icon.js";
import { InTurn } from "../../components/in-turn.js";
import { notify, notifyError } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import { may, session } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import { buttons } from "../../styles/buttons.js";
import { unseen } from "../../styles/unseen.js";
import type { Footage } from "./footage.js";

const t = words("playback");
const UNDO_MS = 10_000;

@customElement("gcam-clip-actions")
export class GcamClipActions extends InTurn(LitElement) {
  static override styles = css`
    ${buttons}
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: center;
      gap: var(--wa-space-2xs);
    }
    span {
      font-weight: 600;
      padding-inline: var(--wa-space-xs);
    }
    @media (max-width: 40rem) {
      .button {
        padding-inline: 0.75em;
      }
      i {
        ${unseen}
      }
    }
    .button {
      gap: 0.3em;
    }
    i {
      font-style: normal;
    }
  `;

  /** Chosen ones, else the one that is shown. */
  @property({ attribute: false }) clips: readonly Clip[] = [];
  @property({ type: Boolean }) choosing = false;
  @property({ attribute: false }) footage!: Footage;
  protected readonly session = new Follow(this, session);

  protected override render(): unknown {
    const { clips } = this;
    const allProtected = clips.length > 0 && clips.every((clip) => clip.protected);
    const none = clips.length === 0;
    return html`
      ${this.choosing ? html`<span aria-live="polite">${t("chosen", { count: clips.length })}</span>` : ""}
      ${may("control") ? this.button(allProtected ? "unprotect" : "protect", allProtected ? mdiLockOpenVariant : mdiLock, none, () => void this.protect(!allProtected)) : ""}
      ${this.button("download", mdiDownload, none, () => this.download())}
      ${may("control") && !this.choosing ? this.button("share", mdiShareVariant, none, () => this.say("gcam-share")) : ""}
      ${may("control") && !this.choosing ? this.button("export", mdiMovieOpenOutline, false, () => this.say("gcam-export")) : ""}
      ${this.choosing ? "" : this.button("save_picture", mdiImage, none, () => this.say("gcam-save-picture"))}
      ${may("configure") ? this.button("delete", mdiDelete, none || allProtected, () => this.delete()) : ""}
      ${this.button(this.choosing ? "choose_end" : "choose_several", mdiCheckboxMultipleMarkedOutline, false, () => this.say("gcam-choosing"))}`;
  }

  /** Also by key. */
  delete(): void {
    const going = this.clips.filter((clip) => !clip.protected);
    if (going.length === 0 || !may("configure")) return;
    void this.footage.remove(going);
    void notify({
      text: t("deleted", { count: going.length }),
      duration_ms: UNDO_MS,
      action: { label: words("common")("undo"), run: () => void this.footage.restore(going) },
    });
    this.say("gcam-deleted");
  }

  private button(name: string, path: string, disabled: boolean, run: () => void): unknown {
    return html`<button type="button" class="button small plain" title=${t(name)} ?disabled=${disabled} @click=${run}>
      <gcam-icon .path=${path}></gcam-icon><i>${t(name)}</i>
    </button>`;
  }

  private async protect(isProtected: boolean): Promise<void> {
    for (const { id } of this.clips) {
      const answer = await protect(id, isProtected);
      if (answer.ok) this.footage.put(answer.value);
      else {
        notifyError(answer.error);
        return;
      }
    }
    void notify({ text: t(isProtected ? "protected_now" : "unprotected_now", { count: this.clips.length }), kind: "success" });
  }

  private download(): void {
    for (const [index, clip] of this.clips.entries()) setTimeout(() => follow(downloadUrl(clip)), index * 400);
  }

  private say(name: string): void {
    this.dispatchEvent(new CustomEvent(name));
  }
}

/** Lets the browser download `url`, under `name` where the server gives none. */
export function follow(url: string, name = ""): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-clip-actions": GcamClipActions;
  }
}
