/** Everybody with an account: their role and cameras; inviting, editing and removing them. */
import "@awesome.me/webawesome/dist/components/badge/badge.js";
import "@awesome.me/webawesome/dist/components/button/button.js";
import { mdiAccountPlusOutline, mdiPencilOutline } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import "../../components/icon.js";
import { notifyError } from "../../components/notify.js";
import { relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { gcam, now_s } from "../../state/gcam.js";
import { session } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import "./person-dialog.js";
import { peopleStyles } from "./people.styles.js";

type Person = Schemas["Person"];
const t = words("people");

@customElement("gcam-accounts")
export class Accounts extends LitElement {
  static override styles = peopleStyles;

  @state() private people: readonly Person[] = [];
  /** Whose form is open; `new` for an invitation. */
  @state() private edited: Person | "new" | undefined;
  private readonly gcam = new Follow(this, gcam);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    return html`<div>
        <wa-button variant="brand" @click=${() => (this.edited = "new")}>
          <gcam-icon slot="start" .path=${mdiAccountPlusOutline}></gcam-icon>${t("invite")}
        </wa-button>
      </div>
      <ul>
        ${this.people.map((person) => this.row(person))}
      </ul>
      ${this.edited
        ? html`<gcam-person-dialog
            .person=${this.edited === "new" ? undefined : this.edited}
            @done=${this.done}
          ></gcam-person-dialog>`
        : nothing}`;
  }

  private row(person: Person): unknown {
    return html`<li>
      <div class="who">
        <strong
          >${person.name} ${person.id === session.value.id ? html`<wa-badge variant="neutral">${t("you")}</wa-badge>` : nothing}
          ${person.standing === "active" ? nothing : html`<wa-badge variant=${person.standing === "asking" ? "warning" : "danger"}>${t(`standing.${person.standing}`)}</wa-badge>`}</strong
        >
        <small>${person.standing === "active" ? `${t(`roles.${person.role}`)} · ${this.cameras(person)} · ` : ""}${seen(person)}</small>
      </div>
      ${person.standing === "asking"
        ? html`<wa-button size="s" variant="brand" @click=${() => void this.edit(person)}>${t("let_in")}</wa-button>`
        : nothing}
      <wa-button size="s" appearance="outlined" title=${t("edit", { name: person.name })} @click=${() => void this.edit(person)}>
        <gcam-icon .path=${mdiPencilOutline}></gcam-icon>
      </wa-button>
    </li>`;
  }

  private cameras({ role, cameras }: Person): string {
    if (role === "owner" || cameras === null) return t("all_cameras");
    const names = cameras.map((id) => this.gcam.value.cameras?.find((camera) => camera.id === id)?.name ?? id);
    return names.join(", ") || t("no_cameras");
  }

  /** As they are now: they may have come or gone since the list was read. */
  private async edit({ id }: Person): Promise<void> {
    await this.load();
    this.edited = this.people.find((person) => person.id === id);
  }

  private async load(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/people"));
    if (answer.ok) this.people = answer.value.people;
    else notifyError(answer.error);
  }

  private async done(): Promise<void> {
    this.edited = undefined;
    await this.load();
  }
}

function seen(person: Person): string {
  if (person.kind === "home_assistant") return t("kind.home_assistant");
  if (person.last_seen_at === null) return t("never_seen");
  return t("last_seen", { when: relative(person.last_seen_at, now_s()) });
}
