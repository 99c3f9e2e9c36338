/** A board of the camera network is given a name and an address for good. Fires `done` when it closes. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { api, ask, type ApiError, type Result } from "../../api/client.js";
import { BOARD_NAMING } from "../../api/limits.js";
import { textIn } from "../../components/form-text.js";
import { messageOf } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import { isSaid, sentence } from "../../i18n/reasons.js";
import { gcam } from "../../state/gcam.js";
import type { Row } from "./board-rows.js";

const t = words("system");
const common = words("common");
const FIELDS = ["name", "address"] as const;
type Field = (typeof FIELDS)[number];

@customElement("gcam-board-dialog")
export class BoardDialog extends LitElement {
  static override styles = css`
    form {
      display: grid;
      gap: var(--wa-space-m);
    }
    p {
      margin: 0;
      overflow-wrap: anywhere;
    }
    .wrong::part(hint) {
      color: var(--wa-color-danger-on-quiet);
      font-weight: 600;
    }
  `;

  @property({ attribute: false }) row!: Row;
  @state() private refusal: ApiError | undefined;
  @query("form") private readonly form!: HTMLFormElement;
  @query("wa-dialog") private readonly dialog!: WaDialog;

  protected override render(): unknown {
    const { row, refusal } = this;
    const elsewhere = refusal !== undefined && !FIELDS.some((name) => name === refusal.field);
    return html`<wa-dialog open label=${row.name ?? row.mac} @wa-after-hide=${this.closed}>
      <form id="board" @submit=${this.save}>
        ${elsewhere ? html`<wa-callout variant="danger" role="alert">${messageOf(refusal)}</wa-callout>` : nothing}
        ${this.field("name", row.board?.name ?? "", t("network.name_text"))} ${this.field("address", this.address, this.addressText)}
        ${row.lease?.camera_id ? html`<p>${t("network.camera_stays", { camera: nameOf(row.lease.camera_id), address: row.lease.address })}</p>` : nothing}
      </form>
      ${row.board
        ? html`<wa-button slot="footer" variant="danger" appearance="outlined" @click=${this.takeBack}>${t("network.take_back")}</wa-button>`
        : nothing}
      <wa-button slot="footer" appearance="plain" data-dialog="close">${common("cancel")}</wa-button>
      <wa-button slot="footer" type="submit" form="board" variant="brand">${common("save")}</wa-button>
    </wa-dialog>`;
  }

  /** What it has now is offered: who keeps that has nothing to change elsewhere. */
  private get address(): string {
    return this.row.board === undefined ? (this.row.lease?.address ?? "") : (this.row.board.address ?? "");
  }

  private get addressText(): string {
    const { lease } = this.row;
    return lease === undefined ? t("network.address_text") : `${t("network.address_text")} ${t("network.has_now", { address: lease.address })}`;
  }

  private field(name: Field, value: string, hint: string): unknown {
    const wrong = this.refusal?.field === name ? whyOf(this.refusal) : undefined;
    return html`<wa-input
      class=${wrong === undefined ? "" : "wrong"}
      name=${name}
      label=${t(`network.board_${name}`)}
      value=${value}
      hint=${wrong ?? hint}
      maxlength=${name === "name" ? BOARD_NAMING.name.maxlength : nothing}
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
    ></wa-input>`;
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(this.form);
    const body = { name: textIn(data, "name").trim() || null, address: textIn(data, "address").trim() || null };
    this.told(await ask(api.PUT("/api/v1/network/boards/{mac}", { params: this.params, body })));
  }

  private async takeBack(): Promise<void> {
    this.told(await ask(api.DELETE("/api/v1/network/boards/{mac}", { params: this.params })));
  }

  private get params(): { path: { mac: string } } {
    return { path: { mac: this.row.mac } };
  }

  private told(answer: Result<unknown>): void {
    this.refusal = answer.ok ? undefined : answer.error;
    if (answer.ok) this.dialog.open = false; // so that the focus goes back to what opened it
  }

  private closed(event: Event): void {
    if (event.target === event.currentTarget) this.dispatchEvent(new CustomEvent("done"));
  }
}

function nameOf(camera: string): string {
  return gcam.value.cameras?.find(({ id }) => id === camera)?.name ?? camera;
}

/** Without the field's name, under which it stands. */
function whyOf(error: ApiError): string {
  const why = error.said?.code === "at_place" ? error.said.params["why"] : undefined;
  return isSaid(why) ? sentence(why, error.message) : messageOf(error);
}
