/** The log: who did what, newest first. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { notifyError } from "../../components/notify.js";
import { dateTime } from "../../i18n/format.js";
import { hasWord, words } from "../../i18n/i18n.js";
import { peopleStyles } from "./people.styles.js";

type Deed = Schemas["Deed"];
const t = words("people");
const PAGE = 50;

@customElement("gcam-deeds")
export class Deeds extends LitElement {
  static override styles = peopleStyles;

  @state() private deeds: readonly Deed[] = [];
  @state() private more = true;

  override connectedCallback(): void {
    super.connectedCallback();
    this.deeds = [];
    void this.load();
  }

  protected override render(): unknown {
    return html`<p class="quiet">${t("audit_text")}</p>
      ${this.deeds.length === 0 && !this.more ? html`<p>${t("no_deeds")}</p>` : nothing}
      <table>
        <thead>
          <tr>
            <th>${t("when")}</th>
            <th>${t("who")}</th>
            <th>${t("what")}</th>
            <th>${t("from")}</th>
          </tr>
        </thead>
        <tbody>
          ${this.deeds.map(
            (deed) =>
              html`<tr>
                <td>${dateTime(deed.at)}</td>
                <td>${deed.who || t("nobody")}</td>
                <td>${whatOf(deed)}</td>
                <td>${deed.address}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${this.more ? html`<div><wa-button @click=${this.load}>${t("older")}</wa-button></div>` : nothing}`;
  }

  private async load(): Promise<void> {
    const last = this.deeds.at(-1)?.id;
    const query = { limit: PAGE, ...(last === undefined ? {} : { before: last }) };
    const answer = await ask(api.GET("/api/v1/audit", { params: { query } }));
    if (!answer.ok) { notifyError(answer.error); return; }
    this.more = answer.value.deeds.length === PAGE;
    this.deeds = [...this.deeds, ...answer.value.deeds];
  }
}

/** In words, or the code itself where a later server knows more. */
function whatOf({ action, subject }: Deed): string {
  const key = `actions.${action.replaceAll(".", "_")}`;
  return hasWord("people", key) ? t(key, { subject }) : `${action} ${subject}`;
}
