/** What was told lately, what waits and why. */
import { mdiBellOutline } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import "../../components/empty.js";
import { notifyError } from "../../components/notify.js";
import { WhileVisible } from "../../components/while-visible.js";
import { dateTime } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { now_s } from "../../state/gcam.js";
import { alertsStyles } from "./alerts.styles.js";
import { became, type Letter } from "./letter-words.js";

const t = words("alerts");
const EVERY_MS = 5000;
const PAGE = 50;
const MOST = 200;

@customElement("gcam-alert-letters")
export class AlertLetters extends LitElement {
  static override styles = alertsStyles;

  @property({ attribute: false }) alerts!: Schemas["Alerts"];
  @state() private letters: readonly Letter[] | undefined;
  private limit = PAGE;
  private isTold = false;

  constructor() {
    super();
    new WhileVisible(this, EVERY_MS, () => this.load());
  }

  protected override render(): unknown {
    if (!this.letters) return html`<p role="status">${words("common")("loading")}</p>`;
    if (this.letters.length === 0)
      return html`<gcam-empty .icon=${mdiBellOutline} .heading=${t("no_letters")} .text=${t("no_letters_text")}></gcam-empty>`;
    return html`<ul>
        ${this.letters.map((one) => this.row(one))}
      </ul>
      ${this.letters.length === this.limit && this.limit < MOST
        ? html`<div><button type="button" class="button outlined" @click=${this.more}>${t("more")}</button></div>`
        : nothing}`;
  }

  private row(letter: Letter): unknown {
    const { text, tone, said } = became(letter, now_s(), t);
    const to = this.alerts.destinations.find(({ id }) => id === letter.destination)?.name ?? letter.destination;
    const part = letter.part === "clip" ? ` (${t("part.clip")})` : "";
    return html`<li>
      <div class="what">
        <strong>${letter.title}${part}</strong>
        <small>${dateTime(letter.at)} → ${to}</small>
        ${said ? html`<small>${said}</small>` : nothing}
      </div>
      <span class=${tone}>${text}</span>
    </li>`;
  }

  private readonly more = (): void => {
    this.limit = MOST;
    void this.load();
  };

  private async load(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/alerts/letters", { params: { query: { limit: this.limit } } }));
    if (answer.ok) this.letters = answer.value.letters;
    else if (!this.isTold) notifyError(answer.error);
    this.isTold = !answer.ok;
  }
}
