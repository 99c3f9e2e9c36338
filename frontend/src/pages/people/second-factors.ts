/** My second factors: apps and passkeys, set up and removed; recovery codes, shown once. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/copy-button/copy-button.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Result, Schemas } from "../../api/client.js";
import {
  addApp,
  addPasskey,
  myFactors,
  newRecoveryCodes,
  offered,
  removeFactor,
  type Factor,
  type FactorOffer,
} from "../../api/factors.js";
import { NEW_FACTOR } from "../../api/limits.js";
import { makePasskey, passkeysWork } from "../../api/passkey.js";
import { confirm } from "../../components/confirm.js";
import { textIn } from "../../components/form-text.js";
import { messageOf, notifyError } from "../../components/notify.js";
import { relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { now_s } from "../../state/gcam.js";
import { peopleStyles } from "./people.styles.js";

const t = words("people");
const common = words("common");

@customElement("gcam-second-factors")
export class SecondFactors extends LitElement {
  static override styles = [
    peopleStyles,
    css`
      :host,
      form {
        grid-template-columns: minmax(0, 1fr);
      }
      img {
        width: min(14rem, 100%);
      }
      code {
        overflow-wrap: anywhere;
      }
      .codes {
        columns: 2 14rem;
      }
      .codes li {
        display: block;
        padding: 0;
        border: none;
        background: none;
      }
    `,
  ];

  @state() private factors: readonly Factor[] | undefined;
  @state() private left = 0;
  @state() private offer: FactorOffer | undefined;
  @state() private codes: readonly string[] = [];
  @state() private problem = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    if (!this.factors) return nothing;
    return html`<p class="quiet">${t("second_factor_text")}</p>
      ${this.codes.length ? this.recovery() : nothing}
      ${this.problem ? html`<wa-callout variant="danger" role="alert">${this.problem}</wa-callout>` : nothing}
      ${this.factors.length
        ? html`<ul>
            ${this.factors.map((factor) => this.row(factor))}
          </ul>`
        : nothing}
      ${this.offer ? this.app(this.offer) : this.choice()}
      ${this.factors.length
        ? html`<p>
            ${t("recovery_left", { count: this.left })}
            <wa-button size="s" appearance="plain" @click=${this.renew}>${t("recovery_renew")}</wa-button>
          </p>`
        : nothing}`;
  }

  private row(factor: Factor): unknown {
    const used = factor.last_used_at === null ? t("used_never") : t("used", { when: relative(factor.last_used_at, now_s()) });
    return html`<li>
      <div class="who">
        <strong>${factor.name}</strong>
        <small>${t(`factor.${factor.kind}`)} · ${used}</small>
      </div>
      <wa-button size="s" appearance="outlined" variant="danger" @click=${() => this.discard(factor)}>${t("remove")}</wa-button>
    </li>`;
  }

  private choice(): unknown {
    return html`<div>
      <wa-button appearance="outlined" @click=${this.beginApp}>${t("add_app")}</wa-button>
      ${passkeysWork()
        ? html`<wa-button appearance="outlined" @click=${this.makePasskey}>${t("add_passkey")}</wa-button>`
        : nothing}
    </div>`;
  }

  private app(offer: FactorOffer): unknown {
    return html`<form id="app" @submit=${this.addApp}>
      <p>${t("scan")}</p>
      <img src=${offer.qr ?? ""} alt=${t("qr")} />
      <p>${t("or_type")} <code>${offer.secret}</code> <wa-copy-button value=${offer.secret ?? ""}></wa-copy-button></p>
      <wa-input name="name" label=${t("factor_name")} value=${t("factor.totp")} maxlength=${NEW_FACTOR.name.maxlength} required></wa-input>
      <wa-input name="code" label=${t("app_code")} inputmode="numeric" autocomplete="one-time-code" required></wa-input>
      <div>
        <wa-button type="submit" variant="brand">${t("add_app")}</wa-button>
        <wa-button appearance="plain" @click=${() => (this.offer = undefined)}>${common("cancel")}</wa-button>
      </div>
    </form>`;
  }

  private recovery(): unknown {
    return html`<wa-callout variant="warning" role="status">
      <p>${t("recovery_text")}</p>
      <ul class="codes">
        ${this.codes.map((code) => html`<li><code>${code}</code></li>`)}
      </ul>
      <wa-copy-button value=${this.codes.join("\n")}></wa-copy-button>
    </wa-callout>`;
  }

  private async beginApp(): Promise<void> {
    const answer = await offered("totp");
    if (answer.ok) [this.offer, this.problem] = [answer.value, ""];
    else this.problem = messageOf(answer.error);
  }

  private async addApp(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    await this.added(await addApp(textIn(data, "name"), textIn(data, "code")));
  }

  private async makePasskey(): Promise<void> {
    const answer = await offered("passkey");
    if (!answer.ok) { this.problem = messageOf(answer.error); return; }
    const made = answer.value.options && (await makePasskey(answer.value.options));
    if (made) await this.added(await addPasskey(t("factor.passkey"), made));
  }

  private async added(answer: Result<Schemas["AddedFactor"]>): Promise<void> {
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    this.offer = undefined;
    if (answer.value.recovery.length) this.codes = answer.value.recovery;
    await this.load();
  }

  private async renew(): Promise<void> {
    const sure = { title: t("recovery_renew"), text: t("recovery_renew_text"), yes: t("recovery_renew") };
    if (!(await confirm(sure))) return;
    const answer = await newRecoveryCodes();
    if (answer.ok) this.codes = answer.value.recovery;
    else notifyError(answer.error);
    await this.load();
  }

  private async discard(factor: Factor): Promise<void> {
    const text = t(this.factors?.length === 1 ? "remove_last_factor_text" : "remove_factor_text");
    const sure = { title: t("remove_factor_sure", { name: factor.name }), text, yes: t("remove"), danger: true };
    if (!(await confirm(sure))) return;
    const answer = await removeFactor(factor.id);
    if (!answer.ok) notifyError(answer.error);
    this.codes = [];
    await this.load();
  }

  private async load(): Promise<void> {
    const answer = await myFactors();
    if (!answer.ok) { notifyError(answer.error); return; }
    [this.factors, this.left] = [answer.value.factors, answer.value.recovery_left];
  }
}
