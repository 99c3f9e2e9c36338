/** “About Gcam”: which one it is, whose work is in it, and by which licence. Comes when somebody wants it. */
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { pageParts, type PagePart } from "../../api/licences.js";
import { notifyError } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";

const t = words("about");

@customElement("gcam-about-dialog")
export class AboutDialog extends LitElement {
  static override styles = css`
    wa-dialog {
      --width: 44rem;
    }
    p {
      margin: 0 0 var(--wa-space-s);
    }
    h3 {
      margin: var(--wa-space-m) 0 var(--wa-space-xs);
      font-size: var(--wa-font-size-m);
    }
    details {
      border-block-start: 1px solid var(--wa-color-surface-border);
    }
    details:last-of-type {
      border-block-end: 1px solid var(--wa-color-surface-border);
    }
    summary {
      padding-block: var(--wa-space-xs);
      cursor: pointer;
    }
    pre {
      margin: 0 0 var(--wa-space-s);
      max-height: 16rem;
      overflow: auto;
      white-space: pre-wrap;
      font-size: var(--wa-font-size-s);
    }
    ul {
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--wa-space-s);
      justify-content: space-between;
      padding-block: var(--wa-space-2xs);
      overflow-wrap: anywhere;
    }
    small {
      color: var(--wa-color-text-quiet);
    }
  `;

  @property({ attribute: false }) left: () => void = () => undefined;
  @state() private notices: Schemas["Notices"] | undefined;
  @state() private parts: readonly PagePart[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    return html`<wa-dialog open light-dismiss label=${t("title")} @wa-after-hide=${this.closed}>
      ${this.notices ? this.told(this.notices) : nothing}
    </wa-dialog>`;
  }

  private told({ version, licence, naming, packages }: Schemas["Notices"]): unknown {
    return html`<p>${t("version", { version })}</p>
      ${licence ? text(t("own"), licence) : nothing}
      <h3>${t("naming")}</h3>
      ${naming.is_there
        ? html`<p>${naming.notice.trim().replaceAll(/(\S)\n(?=\S)/g, "$1 ")}</p>${text(t("naming_licence"), naming.licence)}`
        : html`<p>${t("naming_missing")}</p>`}
      <h3>${t("page")}</h3>
      ${this.parts.map((part) => text(html`${part.name} ${part.version} <small>${part.identifier}</small>`, part.text))}
      <h3>${t("packages")}</h3>
      <p><small>${t("packages_text")}</small></p>
      <ul>${packages.map((one) => html`<li>${one.name} ${one.version} <small>${one.licence || t("unnamed")}</small></li>`)}</ul>`;
  }

  private async load(): Promise<void> {
    const [answer, parts] = await Promise.all([ask(api.GET("/api/v1/notices")), pageParts()]);
    this.parts = parts;
    if (answer.ok) this.notices = answer.value;
    else notifyError(answer.error);
  }

  private closed(event: Event): void {
    if (event.target !== event.currentTarget) return;
    this.remove();
    this.left();
  }
}

function text(summary: unknown, whole: string): unknown {
  return html`<details><summary>${summary}</summary><pre tabindex="0">${whole}</pre></details>`;
}

/** `left`: is called when it is closed. */
export function showAbout(left: () => void): void {
  const dialog = new AboutDialog();
  dialog.left = left;
  document.body.append(dialog);
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-about-dialog": AboutDialog;
  }
}
