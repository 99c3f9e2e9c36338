/** `<gcam-board-search>`: boards as they are found; `board-chosen` tells which one is wanted. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/spinner/spinner.js";
import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { api, ask } from "../../api/client.js";
import { BoardSearch, type FoundBoard } from "../../api/found.js";
import { notify, notifyError } from "../../components/notify.js";
import { hasWord, words } from "../../i18n/i18n.js";
import type { Camera } from "../../state/gcam.js";
import { camerasStyles } from "./cameras.styles.js";
import { hashOf } from "../../routes.js";

const t = words("cameras");

@customElement("gcam-board-search")
export class BoardSearchList extends LitElement {
  static override styles = [
    camerasStyles,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-m);
      }
      button {
        display: grid;
        gap: var(--wa-space-2xs);
        width: 100%;
        padding: var(--wa-space-s) var(--wa-space-m);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
        background: none;
        color: inherit;
        font: inherit;
        text-align: start;
        overflow-wrap: anywhere;
        cursor: pointer;
      }
      button:disabled {
        cursor: default;
        opacity: 0.7;
      }
      button:hover:not(:disabled) {
        background: var(--wa-color-neutral-fill-quiet);
      }
      button:focus-visible {
        outline: var(--wa-focus-ring);
      }
      /* Room for the first boards: who types an address below is not pushed down while they come. */
      .found {
        display: grid;
        gap: var(--wa-space-m);
        align-content: start;
        min-block-size: 11rem;
      }
      wa-callout .buttons {
        margin-block-start: var(--wa-space-s);
      }
      .waiting {
        display: flex;
        gap: var(--wa-space-s);
        align-items: center;
      }
    `,
  ];

  @property({ attribute: false }) cameras: readonly Camera[] = [];
  @property({ type: Boolean }) busy = false;
  @state() private found: readonly FoundBoard[] = [];
  @state() private searching = false;
  @state() private failed = false;
  private readonly search = new BoardSearch(
    (board) => {
      this.found = [...this.found.filter(({ url }) => url !== board.url), board];
    },
    (done) => {
      this.searching = false;
      this.failed = !done;
    },
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.begin(false);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.search.stop();
  }

  protected override render(): unknown {
    return html`
      <div class="found">
        <ul>
          ${this.found.map((board) => html`<li>${this.board(board)}</li>`)}
        </ul>
        <div role="status">
          ${this.searching
            ? html`<span class="waiting"><wa-spinner></wa-spinner>${t("searching")}</span>`
            : html`<span class="quiet">${this.summary()}</span>`}
        </div>
      </div>
      <div class="buttons">
        <wa-button size="s" appearance="outlined" ?disabled=${this.searching} @click=${() => this.begin(false)}>${t("search_again")}</wa-button>
        <wa-button size="s" appearance="outlined" ?disabled=${this.searching} @click=${() => this.begin(true)}>${t("search_all")}</wa-button>
      </div>
      <span class="quiet">${t("search_all_text")}</span>
    `;
  }

  private board(board: FoundBoard): unknown {
    const firmware = board.firmware && hasWord("cameras", `firmware.${board.firmware}`) ? t(`firmware.${board.firmware}`) : undefined;
    const isOnvif = board.how === "onvif";
    const place = isOnvif ? new URL(board.url).host : board.url.replace(/^http:\/\//, "");
    const kind = isOnvif ? "ONVIF" : board.how === "device" ? t("device") : (firmware ?? (board.how === "lease" ? t("leased") : undefined));
    const text = [kind, ownerOf(board), board.model, place].filter(Boolean).join(" · ");
    if (board.camera_id !== null) {
      const camera = this.cameras.find(({ id }) => id === board.camera_id);
      return html`<a href=${hashOf("cameras/:camera", { camera: board.camera_id })}>${camera?.name ?? board.name}</a>
        <span class="quiet"> · ${t("already")}</span>`;
    }
    const former = this.cameras.find(({ id }) => id === board.same_as);
    if (former) return this.again(board, former, place);
    return html`<button type="button" ?disabled=${this.busy} @click=${() => this.choose(board)}>
      <strong>${board.name}</strong><span class="quiet">${text}</span>
    </button>`;
  }

  /** A board that is known from elsewhere. Nothing proves it to Gcam, so a person decides. */
  private again(board: FoundBoard, camera: Camera, place: string): unknown {
    const link = html`<a href=${hashOf("cameras/:camera", { camera: camera.id })}>${camera.name}</a>`;
    if (camera.state?.status === "connected") {
      return html`<wa-callout variant="warning">${link}<br />${t("twin", { place })}</wa-callout>`;
    }
    return html`<wa-callout variant="brand">
      ${link}<br />${t("moved", { place })}
      <div class="buttons">
        <wa-button size="s" variant="brand" ?disabled=${this.busy} @click=${() => this.follow(board, camera)}>${t("moved_take")}</wa-button>
      </div>
    </wa-callout>`;
  }

  private async follow(board: FoundBoard, { id, name }: Camera): Promise<void> {
    const answer = await ask(api.POST("/api/v1/cameras/{id}/move", { params: { path: { id } }, body: { url: board.url } }));
    if (!answer.ok) {
      notifyError(answer.error);
      return;
    }
    this.found = this.found.map((one) => (one === board ? { ...board, camera_id: id, same_as: null } : one));
    void notify({ text: t("moved_taken", { name }), kind: "success" });
  }

  private summary(): string {
    if (this.failed) return t("search_failed");
    return this.found.length === 0 ? t("found_none") : t("found_count", { count: this.found.length });
  }

  private begin(sweep: boolean): void {
    this.searching = true;
    this.failed = false;
    this.search.start(sweep);
  }

  private choose(board: FoundBoard): void {
    this.dispatchEvent(new CustomEvent("board-chosen", { detail: board }));
  }
}

function ownerOf({ claimed, camera_id }: FoundBoard): string | undefined {
  if (camera_id !== null || typeof claimed !== "boolean") return undefined;
  return t(claimed ? "claimed_short" : "unclaimed_short");
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-board-search": BoardSearchList;
  }
}
