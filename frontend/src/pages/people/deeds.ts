/** The log: who did what, newest first. A table also on a phone, where it doesn't look like one. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { Latest, tooLate } from "../../api/latest.js";
import { notifyError } from "../../components/notify.js";
import { dateTime } from "../../i18n/format.js";
import { hasWord, words } from "../../i18n/i18n.js";
import { gcam } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";
import { unseen } from "../../styles/unseen.js";
import { recordingIn } from "./deed-words.js";
import { peopleStyles } from "./people.styles.js";

type Deed = Schemas["Deed"];
type Doer = Schemas["DoerList"]["people"][number];
const t = words("people");
const PAGE = 50;
const COLUMNS = ["when", "who", "what", "from"] as const;

@customElement("gcam-deeds")
export class Deeds extends LitElement {
  static override styles = [
    peopleStyles,
    css`
      wa-select {
        max-width: 16rem;
      }
      @media (max-width: 700px) {
        /* What was done on a line of its own, below it when, by whom and from where: no word is broken. */
        table,
        tbody {
          display: block;
        }
        thead {
          ${unseen}
        }
        tr {
          display: flex;
          flex-wrap: wrap;
          gap: 0 var(--wa-space-s);
          padding-block: var(--wa-space-xs);
          border-block-end: 1px solid var(--wa-color-surface-border);
        }
        td {
          padding: 0;
          border: none;
          color: var(--wa-color-text-quiet);
          font-size: var(--wa-font-size-s);
        }
        td:nth-child(3) {
          order: -1;
          flex-basis: 100%;
          color: inherit;
          font-size: inherit;
        }
      }
    `,
  ];

  /** Whose, as the address says it; empty: everybody's. */
  @property() who = "";
  @state() private deeds: readonly Deed[] = [];
  @state() private more = true;
  @state() private people: readonly Doer[] = [];
  private readonly gcam = new Follow(this, gcam);
  private readonly asking = new Latest();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.loadPeople();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("who") && this.hasUpdated) return;
    this.deeds = [];
    void this.load();
  }

  protected override render(): unknown {
    return html`<p class="quiet">${t("audit_text")}</p>
      <wa-select size="s" label=${t("who")} value=${this.who} @change=${this.choose}>
        <wa-option value="">${t("everybody")}</wa-option>
        ${this.people.map(({ id, name }) => html`<wa-option value=${id}>${name}</wa-option>`)}
      </wa-select>
      ${this.deeds.length === 0 && !this.more ? html`<p>${t("no_deeds")}</p>` : nothing}
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            ${COLUMNS.map((name) => html`<th role="columnheader">${t(name)}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${this.deeds.map(
            (deed) =>
              html`<tr role="row">
                ${[dateTime(deed.at), deed.who || t("nobody"), this.whatOf(deed), deed.address].map((text) => html`<td role="cell">${text}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
      ${this.more ? html`<div><wa-button @click=${this.load}>${t("older")}</wa-button></div>` : nothing}`;
  }

  private choose(event: Event): void {
    const { value } = event.target as HTMLElement & { value: string };
    this.dispatchEvent(new CustomEvent("gcam-who", { detail: value }));
  }

  private async loadPeople(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/audit/people"));
    if (answer.ok) this.people = answer.value.people;
    else notifyError(answer.error);
  }

  private async load(): Promise<void> {
    const { signal } = this.asking.again();
    const last = this.deeds.at(-1)?.id;
    const query = { limit: PAGE, ...(last && { before: last }), ...(this.who && { who: this.who }) };
    const answer = await ask(api.GET("/api/v1/audit", { params: { query }, signal }));
    if (tooLate(signal)) return;
    if (!answer.ok) { notifyError(answer.error); return; }
    this.more = answer.value.deeds.length === PAGE;
    this.deeds = [...this.deeds, ...answer.value.deeds];
  }

  /** In words, or the code itself where a later server knows more. */
  private whatOf({ action, subject }: Deed): string {
    const named = recordingIn(subject, (id) => this.gcam.value.cameras?.find((camera) => camera.id === id)?.name) ?? subject;
    const key = `actions.${action.replaceAll(".", "_")}`;
    return hasWord("people", key) ? t(key, { subject: named }) : `${action} ${named}`;
  }
}
