/** Tokens of programs: made (the secret is shown once), listed, revoked. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/checkbox/checkbox.js";
import "@awesome.me/webawesome/dist/components/copy-button/copy-button.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { mdiKeyPlus } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { NEW_TOKEN } from "../../api/limits.js";
import { confirm } from "../../components/confirm.js";
import "../../components/icon.js";
import { textIn } from "../../components/form-text.js";
import { messageOf, notifyError } from "../../components/notify.js";
import { dateTime, relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { now_s } from "../../state/gcam.js";
import type { Permission } from "../../state/session.js";
import "./camera-choice.js";
import type { CameraChoice } from "./camera-choice.js";
import { peopleStyles } from "./people.styles.js";

type Token = Schemas["Token"];
const t = words("people");
const common = words("common");
const SCOPES: readonly Permission[] = ["view", "playback", "control", "configure", "push", "metrics", "administer"];
const DAYS = ["0", "365", "30"] as const;

@customElement("gcam-tokens")
export class Tokens extends LitElement {
  static override styles = peopleStyles;

  @state() private tokens: readonly Token[] | undefined;
  @state() private making = false;
  @state() private secret = "";
  @state() private problem = "";
  @query("form") private readonly form!: HTMLFormElement;
  @query("gcam-camera-choice") private readonly choice!: CameraChoice;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    return html`<p class="quiet">${t("tokens_text")}</p>
      ${this.secret
        ? html`<wa-callout variant="success" role="status">
            <p>${t("secret")}</p>
            <code>${this.secret}</code> <wa-copy-button value=${this.secret}></wa-copy-button>
          </wa-callout>`
        : nothing}
      ${this.making
        ? this.makeForm()
        : html`<div>
            <wa-button variant="brand" @click=${() => (this.making = true)}>
              <gcam-icon slot="start" .path=${mdiKeyPlus}></gcam-icon>${t("add_token")}
            </wa-button>
          </div>`}
      ${this.tokens?.length === 0 ? html`<p class="quiet">${t("no_tokens")}</p>` : nothing}
      <ul>
        ${this.tokens?.map((token) => this.row(token))}
      </ul>`;
  }

  private makeForm(): unknown {
    return html`<form @submit=${this.make}>
      ${this.problem ? html`<wa-callout variant="danger" role="alert">${this.problem}</wa-callout>` : nothing}
      <wa-input name="name" label=${t("token_name")} placeholder="Home Assistant" maxlength=${NEW_TOKEN.name.maxlength} required></wa-input>
      <fieldset>
        <legend>${t("scopes")}</legend>
        ${SCOPES.map(
          (scope) =>
            html`<wa-checkbox name="scopes" value=${scope} ?checked=${scope === "view" || scope === "playback"}
              >${t(`scope.${scope}`)}</wa-checkbox
            >`,
        )}
      </fieldset>
      <gcam-camera-choice></gcam-camera-choice>
      <wa-select name="days" label=${t("days")} value="0">
        ${DAYS.map((days) => html`<wa-option value=${days}>${t(`days_for.${days}`)}</wa-option>`)}
      </wa-select>
      <div>
        <wa-button type="submit" variant="brand">${t("add_token")}</wa-button>
        <wa-button appearance="plain" @click=${() => (this.making = false)}>${common("cancel")}</wa-button>
      </div>
    </form>`;
  }

  private row(token: Token): unknown {
    const used = token.last_used_at === null ? t("used_never") : t("used", { when: relative(token.last_used_at, now_s()) });
    const expires = token.expires_at === null ? t("expires_never") : t("expires", { when: dateTime(token.expires_at) });
    return html`<li>
      <div class="who">
        <strong>${token.name}</strong>
        <small><code>${token.prefix}…</code> · ${token.scopes.map((scope) => t(`scope.${scope}`)).join(", ")} · ${expires} · ${used}</small>
      </div>
      <wa-button size="s" appearance="outlined" variant="danger" @click=${() => this.revoke(token)}>${t("revoke")}</wa-button>
    </li>`;
  }

  private async make(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(this.form);
    const days = Number(data.get("days"));
    const cameras = this.choice.value;
    const body = {
      name: textIn(data, "name"),
      scopes: data.getAll("scopes").map(String) as Permission[],
      cameras: cameras === null ? null : [...cameras],
      days: days || null,
    };
    const answer = await ask(api.POST("/api/v1/tokens", { body }));
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    [this.secret, this.making] = [answer.value.secret, false];
    await this.load();
  }

  private async revoke(token: Token): Promise<void> {
    const sure = { title: t("revoke_sure", { name: token.name }), text: t("revoke_text"), yes: t("revoke"), danger: true };
    if (!(await confirm(sure))) return;
    const answer = await ask(api.DELETE("/api/v1/tokens/{id}", { params: { path: { id: token.id } } }));
    if (!answer.ok) notifyError(answer.error);
    await this.load();
  }

  private async load(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/tokens"));
    if (answer.ok) this.tokens = answer.value.tokens;
    else notifyError(answer.error);
  }
}
