/** The configuration as a file: to keep, and to bring back. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/checkbox/checkbox.js";
import { mdiDownload, mdiUpload } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { BACKUP_MAX_BYTES, makeBackup, restore } from "../../api/backup.js";
import { confirm } from "../../components/confirm.js";
import "../../components/icon.js";
import { messageOf, notifyError } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import { systemStyles } from "./system.styles.js";

const t = words("system");
/** Until a browser has surely begun to save a file. */
const KEEP_MS = 60_000;

@customElement("gcam-backup")
export class BackupCards extends LitElement {
  static override styles = [
    systemStyles,
    css`
      input {
        max-width: 100%;
        font: inherit;
        color: inherit;
      }
      label {
        display: grid;
        grid-template-columns: minmax(0, 1fr); /* a browser's button for files is wider than a small phone has room */
        gap: var(--wa-space-2xs);
      }
    `,
  ];

  @state() private file: File | undefined;
  @state() private withAccounts = false;
  @state() private isBusy = false;
  @state() private isMaking = false;
  @state() private done = "";
  @state() private problem = "";
  @query("input") private readonly input!: HTMLInputElement;

  protected override render(): unknown {
    return html`<section aria-labelledby="backup">
        <h2 id="backup">${t("backup")}</h2>
        <p>${t("backup_text")}</p>
        <wa-callout variant="warning">${t("backup_secret")}</wa-callout>
        <div>
          <wa-button variant="brand" ?loading=${this.isMaking} @click=${this.download}>
            <gcam-icon slot="start" .path=${mdiDownload}></gcam-icon>${t("download")}
          </wa-button>
        </div>
      </section>
      <section aria-labelledby="restore">
        <h2 id="restore">${t("restore")}</h2>
        <p>${t("restore_text")}</p>
        <label>${t("file")}<input type="file" accept=".zip,application/zip" @change=${this.choose} /></label>
        <wa-checkbox ?checked=${this.withAccounts} @change=${this.chooseAccounts}>${t("with_accounts")}</wa-checkbox>
        <div role="status">${this.done ? html`<wa-callout variant="success">${this.done}</wa-callout>` : nothing}</div>
        ${this.problem ? html`<wa-callout variant="danger" role="alert">${this.problem}</wa-callout>` : nothing}
        <div>
          <wa-button ?disabled=${!this.file} ?loading=${this.isBusy} @click=${this.restore}>
            <gcam-icon slot="start" .path=${mdiUpload}></gcam-icon>${t("restore")}
          </wa-button>
        </div>
      </section>`;
  }

  private choose(): void {
    this.file = this.input.files?.[0];
    this.done = "";
    this.problem = this.file && this.file.size > BACKUP_MAX_BYTES ? t("too_large") : "";
    if (this.problem) this.file = undefined;
  }

  private async download(): Promise<void> {
    this.isMaking = true;
    const answer = await makeBackup();
    this.isMaking = false;
    if (!answer.ok) { notifyError(answer.error); return; }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(answer.value.content);
    link.download = answer.value.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEEP_MS);
  }

  private chooseAccounts(event: Event): void {
    this.withAccounts = (event.target as HTMLInputElement).checked;
  }

  private async restore(): Promise<void> {
    if (!this.file) return;
    const text = t(this.withAccounts ? "sure_accounts" : "sure_text", { name: this.file.name });
    if (!(await confirm({ title: t("sure"), text, yes: t("restore"), danger: true }))) return;
    this.isBusy = true;
    const answer = await restore(this.file, this.withAccounts);
    this.isBusy = false;
    this.done = answer.ok ? t("restored", { count: answer.value.cameras }) : "";
    this.problem = answer.ok ? "" : t("not_restored", { why: messageOf(answer.error) });
  }
}
