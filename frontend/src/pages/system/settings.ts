/** What is chosen once for all of Gcam. What the add-on's options, the options file or the command line say is shown, and left to them. */
import { mdiContentSaveOutline, mdiRestart } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { api, ask } from "../../api/client.js";
import { confirm } from "../../components/confirm.js";
import "../../components/icon.js";
import { messageOf, notify, notifyError } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import { buttons } from "../../styles/buttons.js";
import { fields } from "../../styles/fields.js";
import { changesOf, gigabytes, keepsLess, type Name, type Settings } from "./choices.js";
import { systemStyles } from "./system.styles.js";

const t = words("system");
const MODES = ["off", "broker", "embedded", "supervisor"] as const;

@customElement("gcam-settings")
export class SettingsForm extends LitElement {
  static override styles = [
    systemStyles,
    buttons,
    fields,
    css`
      form {
        display: grid;
        gap: var(--wa-space-m);
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
        gap: var(--wa-space-m);
        align-items: start;
      }
      label {
        display: grid;
        gap: var(--wa-space-2xs);
        min-width: 0;
      }
      label.tick {
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: var(--wa-space-s);
        min-height: 2.75rem;
      }
      .tick input {
        width: 1.25rem;
        min-height: 1.25rem;
      }
      :disabled {
        background: var(--wa-color-surface-lowered);
        color: var(--wa-color-text-quiet);
      }
      small {
        overflow-wrap: anywhere;
      }
      .waits {
        border-color: var(--gcam-reconnecting);
      }
      .end {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-s);
        align-items: center;
      }
      .problem {
        color: var(--gcam-lost);
      }
    `,
  ];

  @state() private settings: Settings | undefined;
  @state() private mode = "";
  @state() private isBusy = false;
  @state() private problem = "";
  @query("form") private readonly form!: HTMLFormElement;
  @query("[name='mqtt.password']") private readonly password!: HTMLInputElement | null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    const now = this.settings;
    if (!now) return html`<p role="status">${this.problem || t("loading")}</p>`;
    return html`${now.waits ? this.waiting() : nothing}
      <form @submit=${this.save}>
        ${section("recordings", this.recordings(now))} ${section("places", this.places(now))}
        ${section("mqtt", html`<div class="fields">${this.broker(now)}</div>`)} ${section("rest", this.rest(now))}
        <div class="end">
          <button type="submit" class="button brand" ?disabled=${this.isBusy}>
            <gcam-icon .path=${mdiContentSaveOutline}></gcam-icon>${t("settings.save")}
          </button>
          <span role="alert" class="problem">${this.problem}</span>
        </div>
      </form>`;
  }

  private waiting(): unknown {
    return html`<section class="waits" aria-labelledby="waits">
      <h2 id="waits">${t("settings.waits")}</h2>
      <p>${t("settings.waits_text")}</p>
      <div>
        <button type="button" class="button" ?disabled=${this.isBusy} @click=${this.startAnew}>
          <gcam-icon .path=${mdiRestart}></gcam-icon>${t("settings.start_anew")}
        </button>
      </div>
    </section>`;
  }

  private recordings(now: Settings): unknown {
    return html`<div class="fields">
      ${amount("keep_days", now, String(now.keep_days.value ?? ""), "0.01")} ${amount("max_bytes", now, gigabytes(now.max_bytes.value), "0.01")}
      ${amount("min_free_bytes", now, gigabytes(now.min_free_bytes.value), "0.01")}
    </div>`;
  }

  private places(now: Settings): unknown {
    return html`<div class="fields">
      ${choices("language", now, ["", "en", "fr"])} ${line("timezone", now, "Europe/Brussels")}
      ${line("external_url", now, "https://gcam.example.org")}
    </div>`;
  }

  private rest(now: Settings): unknown {
    return html`<div class="fields">
      ${amount("push_port", now, String(now.push_port.value ?? ""), "1")} ${choices("log_level", now, ["debug", "info", "warning", "error"])}
    </div>`;
  }

  private broker(now: Settings): unknown {
    const { value, default: usual } = now.mqtt;
    const modes = MODES.filter((mode) => mode === value.mode || mode === usual.mode || mode === "off" || mode === "broker" || usual.mode === "off" && mode === "embedded");
    const off = isElsewhere("mqtt", now);
    return html`<label
        >${t("settings.mqtt_mode")}<select name="mqtt.mode" ?disabled=${off} @change=${this.chooseMode}>
          ${modes.map((mode) => html`<option value=${mode} ?selected=${mode === this.mode}>${t(`settings.mode.${mode}`)}</option>`)}
        </select>${origin("mqtt", now)}</label
      >
      ${this.mode === "broker" ? this.ownBroker(now, off) : nothing}`;
  }

  private ownBroker(now: Settings, off: boolean): unknown {
    const { host = "", port = 1883, username, tls = false, has_password: known = false } = now.mqtt.value;
    return html`<label>${t("settings.host")}<input name="mqtt.host" required maxlength="253" autocomplete="off" ?disabled=${off} .value=${host} /></label>
      <label>${t("settings.port")}<input name="mqtt.port" type="number" required min="1" max="65535" ?disabled=${off} .value=${String(port)} /></label>
      <label>${t("settings.username")}<input name="mqtt.username" maxlength="256" autocomplete="off" ?disabled=${off} .value=${username ?? ""} /></label>
      <label
        >${t("settings.password")}<input
          name="mqtt.password"
          type="password"
          maxlength="1024"
          autocomplete="new-password"
          ?disabled=${off}
          placeholder=${known ? t("settings.password_known") : ""}
      /></label>
      <label class="tick"><input name="mqtt.tls" type="checkbox" ?disabled=${off} .checked=${tls} />${t("settings.tls")}</label>`;
  }

  private chooseMode(event: Event): void {
    this.mode = (event.target as HTMLSelectElement).value;
  }

  private async load(): Promise<void> {
    const answer = await ask(api.GET("/api/v1/settings"));
    if (answer.ok) this.show(answer.value);
    else this.problem = messageOf(answer.error);
  }

  private show(settings: Settings): void {
    this.settings = settings;
    this.mode = settings.mqtt.value.mode;
    this.problem = "";
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.isBusy || !this.settings) return;
    const changes = changesOf(new FormData(this.form), this.settings);
    if (Object.keys(changes).length === 0) { void notify({ text: t("settings.nothing") }); return; }
    const isSure = !keepsLess(changes, this.settings) || (await confirm({ title: t("settings.less"), text: t("settings.less_text"), yes: t("settings.save"), danger: true }));
    if (!isSure) return;
    this.isBusy = true;
    const answer = await ask(api.PATCH("/api/v1/settings", { body: changes }));
    this.isBusy = false;
    if (!answer.ok) { this.problem = messageOf(answer.error); return; }
    if (this.password) this.password.value = ""; // what was typed is no value that is shown
    this.show(answer.value);
    void notify({ text: t("settings.saved") });
  }

  private async startAnew(): Promise<void> {
    if (!(await confirm({ title: t("settings.start_anew"), text: t("settings.start_text"), yes: t("settings.start_anew") }))) return;
    this.isBusy = true;
    const answer = await ask(api.POST("/api/v1/settings/start-anew"));
    this.isBusy = false;
    if (!answer.ok) { notifyError(answer.error); return; }
    void notify({ text: t("settings.starting") });
  }
}

function section(name: string, content: unknown): unknown {
  return html`<section aria-labelledby=${name}>
    <h2 id=${name}>${t(`settings.section.${name}`)}</h2>
    ${content}
  </section>`;
}

function isElsewhere(name: Name, now: Settings): boolean {
  return !["default", "page"].includes(now[name].origin);
}

/** Who says it, and what would be otherwise. */
function origin(name: Name, now: Settings): unknown {
  const { origin: who, option, waits } = now[name];
  const said = who === "addon" && !option ? "addon_port" : who;
  const text = t(`settings.origin.${said}`, { option: option ?? "" });
  return html`<small>${t(`settings.about.${name}`)} ${text}${waits ? ` ${t("settings.after_start")}` : ""}</small>`;
}

function amount(name: Name, now: Settings, value: string, step: string): unknown {
  return html`<label
    >${t(`settings.name.${name}`)}<input name=${name} type="number" inputmode="decimal" min="0" step=${step} ?disabled=${isElsewhere(name, now)} .value=${value} />${origin(name, now)}</label
  >`;
}

function line(name: "timezone" | "external_url", now: Settings, example: string): unknown {
  return html`<label
    >${t(`settings.name.${name}`)}<input name=${name} maxlength="300" autocomplete="off" placeholder=${example} ?disabled=${isElsewhere(name, now)} .value=${now[name].value ?? ""} />${origin(name, now)}</label
  >`;
}

function choices(name: "language" | "log_level", now: Settings, known: readonly string[]): unknown {
  const chosen = now[name].value ?? "";
  return html`<label
    >${t(`settings.name.${name}`)}<select name=${name} ?disabled=${isElsewhere(name, now)}>
      ${known.map((one) => html`<option value=${one} ?selected=${one === chosen}>${t(`settings.${name}.${one || "any"}`)}</option>`)}</select
    >${origin(name, now)}</label
  >`;
}
