/** What is wrong with the set-up, and how to mend it: looked at on demand. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import { mdiStethoscope } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { api, ask, type Schemas } from "../../api/client.js";
import "../../components/icon.js";
import { notifyError } from "../../components/notify.js";
import { hasWord, words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { iconOf, worstFirst } from "./judgement.js";
import { systemStyles } from "./system.styles.js";

type Finding = Schemas["Finding"];
const t = words("system");

@customElement("gcam-findings")
export class Findings extends LitElement {
  static override styles = systemStyles;

  @state() private result: Schemas["CheckResult"] | undefined;
  @state() private isBusy = false;

  protected override render(): unknown {
    return html`<p class="quiet">${t("check_text")}</p>
      <div>
        <wa-button variant="brand" ?loading=${this.isBusy} @click=${this.check}>
          <gcam-icon slot="start" .path=${mdiStethoscope}></gcam-icon>${t(this.result ? "check_again" : "check")}
        </wa-button>
      </div>
      <div role="status">${this.summary()}</div>
      ${this.result
        ? html`<section>
            <ul>
              ${worstFirst(this.result.findings, ({ level }) => level).map(row)}
            </ul>
          </section>`
        : nothing}`;
  }

  private summary(): unknown {
    if (this.isBusy) return t("checking");
    if (!this.result) return nothing;
    const { findings, complete } = this.result;
    const count = (level: Finding["level"]): number => findings.filter((finding) => finding.level === level).length;
    const said =
      count("error") + count("warning") === 0
        ? t("all_fine")
        : `${t("errors", { count: count("error") })}, ${t("warnings", { count: count("warning") })}.`;
    return complete ? said : `${said} ${t("incomplete")}`;
  }

  private async check(): Promise<void> {
    this.isBusy = true;
    const answer = await ask(api.GET("/api/v1/check"));
    this.isBusy = false;
    if (answer.ok) this.result = answer.value;
    else notifyError(answer.error);
  }
}

function row({ level, code, message, message_said, remedy, remedy_said }: Finding): unknown {
  return html`<li class="judged ${level}">
    <gcam-icon .path=${iconOf(level)}></gcam-icon>
    <strong>${titleOf(code)} <span class="word">· ${t(`judgements.${level}`)}</span></strong>
    <span>${sentence(message_said, message)}</span>
    ${remedy ? html`<span>→ ${sentence(remedy_said, remedy)}</span>` : nothing}
  </li>`;
}

/** By the code's longest known beginning: `camera_rejected`, else `camera`. */
function titleOf(code: string): string {
  const known = [code, code.split("_")[0] ?? code].find((name) => hasWord("system", `findings.${name}`));
  return known ? t(`findings.${known}`) : code;
}
