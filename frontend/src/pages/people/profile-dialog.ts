/** My own account: password, and where I am signed in. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/divider/divider.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import { NAME_CHANGE } from "../../api/limits.js";
import { changeName } from "../../api/session.js";
import { textIn } from "../../components/form-text.js";
import { messageOf, notify, notifyError } from "../../components/notify.js";
import { relative } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { now_s } from "../../state/gcam.js";
import { may, session } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import { deviceOf } from "./device.js";
import { peopleStyles } from "./people.styles.js";
import "./links.js";
import "./second-factors.js";

type Session = Schemas["Session"];
const t = words("people");

@customElement("gcam-profile-dialog")
export class ProfileDialog extends LitElement {
  static override styles = peopleStyles;

  @property({ attribute: false }) left: () => void = () => undefined;
  @state() private sessions: readonly Session[] = [];
  @state() private problem = "";
  @state() private nameProblem = "";
  @query("#password") private readonly form!: HTMLFormElement;
  @query("#name") private readonly nameForm!: HTMLFormElement;
  @query("wa-dialog") private readonly dialog!: WaDialog;
  private readonly session = new Follow(this, session);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    return html`<wa-dialog open label=${t("my_account")} @wa-after-hide=${this.closed}>
      <form id="name" @submit=${this.rename}>
        ${this.nameProblem ? html`<wa-callout variant="danger" role="alert">${this.nameProblem}</wa-callout>` : nothing}
        <wa-input name="name" label=${t("own_name")} value=${this.session.value.name} autocomplete="username" maxlength=${NAME_CHANGE.name.maxlength} required></wa-input>
        <wa-input name="present" type="password" label=${t("present_password")} autocomplete="current-password" required></wa-input>
        <div><wa-button type="submit">${t("change_name")}</wa-button></div>
      </form>
      <wa-divider></wa-divider>
      <form id="password" @submit=${this.change}>
        ${this.problem ? html`<wa-callout variant="danger" role="alert">${this.problem}</wa-callout>` : nothing}
        <wa-input name="present" type="password" label=${t("present_password")} autocomplete="current-password" required></wa-input>
        <wa-input name="password" type="password" label=${t("new_password")} autocomplete="new-password" required></wa-input>
        <div><wa-button type="submit" variant="brand">${t("change_password")}</wa-button></div>
      </form>
      <h3>${t("second_factor")}</h3>
      <gcam-second-factors></gcam-second-factors>
      ${may("control") && may("playback") && !may("administer") ? html`<h3>${t("links")}</h3><gcam-links></gcam-links>` : nothing}
      <h3>${t("my_sessions")}</h3>
      <ul>
        ${this.sessions.map(
          (session) =>
            html`<li>
              <div class="who">
                <strong>${session.current ? t("this_device") : session.address}</strong>
                <small title=${session.agent}>${deviceOf(session.agent)} · ${relative(session.last_seen_at, now_s())}</small>
              </div>
              ${session.current
                ? nothing
                : html`<wa-button size="s" appearance="outlined" @click=${() => this.end(session)}>${t("end")}</wa-button>`}
            </li>`,
        )}
      </ul>
    </wa-dialog>`;
  }

  private async load(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/sessions"));
    if (answer.ok) this.sessions = answer.value.sessions;
    else notifyError(answer.error);
  }

  private async change(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(this.form);
    const body = { present: textIn(data, "present"), password: textIn(data, "password") };
    const answer = await ask(api.PUT("/api/v1/session/password", { body }));
    this.problem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    void notify({ text: t("changed"), kind: "success" });
    this.dialog.open = false;
  }

  private async rename(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(this.nameForm);
    const answer = await changeName(textIn(data, "name"), textIn(data, "present"));
    this.nameProblem = answer.ok ? "" : messageOf(answer.error);
    if (!answer.ok) return;
    void notify({ text: t("name_changed", { name: answer.value.name }), kind: "success" });
    this.dialog.open = false;
  }

  private async end(session: Session): Promise<void> {
    const answer = await ask(api.DELETE("/api/v1/sessions/{id}", { params: { path: { id: session.id } } }));
    if (!answer.ok) notifyError(answer.error);
    await this.load();
  }

  private closed(event: Event): void {
    if (event.target !== event.currentTarget) return;
    this.remove();
    this.left();
  }
}

/** `left`: is called when it is closed. */
export function showProfile(left: () => void): void {
  const dialog = new ProfileDialog();
  dialog.left = left;
  document.body.append(dialog);
}
