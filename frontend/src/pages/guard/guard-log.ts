/** `<gcam-guard-log>`: who did what with the guard, newest first. The words are those of the page People. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { messageOf } from "../../components/notify.js";
import { dateTime } from "../../i18n/format.js";
import { hasWord, loadWords, words } from "../../i18n/i18n.js";
import { onEvent } from "../../state/gcam.js";
import { buttons } from "../../styles/buttons.js";

type Deed = Schemas["Deed"];
const t = words("guard");
const people = words("people");
const PAGE = 30;

@customElement("gcam-guard-log")
export class GuardLog extends LitElement {
  static override styles = [
    buttons,
    css`
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding-block: var(--wa-space-xs);
        border-block-end: 1px solid var(--wa-color-surface-border);
        overflow-wrap: anywhere;
      }
      small {
        display: block;
        color: var(--wa-color-text-quiet);
      }
    `,
  ];

  @state() private deeds: readonly Deed[] = [];
  @state() private more = false;
  @state() private problem = "";
  private endListening: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
    this.endListening = onEvent(({ type }) => {
      if (type === "guard_changed") void this.load();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.endListening?.();
  }

  protected override render(): unknown {
    return html`${this.problem ? html`<p role="alert">${this.problem}</p>` : nothing}
      <ol>
        ${this.deeds.map(
          (deed) => html`<li><strong>${deed.who || people("nobody")}</strong> ${whatOf(deed)} <small>${dateTime(deed.at)} · ${deed.address}</small></li>`,
        )}
      </ol>
      ${this.more ? html`<p><button type="button" class="button" @click=${() => this.load(this.deeds.at(-1)?.id)}>${people("older")}</button></p>` : nothing}`;
  }

  /** Those before `before`, below what is there; without it the newest. */
  private async load(before?: number): Promise<void> {
    await loadWords("people");
    const query = { about: "guard", limit: PAGE, ...(before !== undefined && { before }) };
    const answer = await ask(api.GET("/api/v1/audit", { params: { query } }));
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    this.more = answer.value.deeds.length === PAGE;
    this.deeds = before === undefined ? answer.value.deeds : [...this.deeds, ...answer.value.deeds];
  }
}

function whatOf({ action, subject }: Deed): string {
  const key = `actions.${action.replaceAll(".", "_")}`;
  return hasWord("people", key) ? people(key, { subject }) : t("log.unknown", { action, subject });
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-guard-log": GuardLog;
  }
}
