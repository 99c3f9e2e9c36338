/** `<gcam-push-panel camera=…>`: of a camera that dials in: its key, and what to write on the other side. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/copy-button/copy-button.js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { api, ask, type Result, type Schemas, urlOf } from "../../api/client.js";
import { confirm } from "../../components/confirm.js";
import { notifyError } from "../../components/notify.js";
import { words } from "../../i18n/i18n.js";
import { camerasStyles } from "./cameras.styles.js";

type PushKey = Schemas["PushKey"];

const t = words("cameras");
const PUSH_PORT = 8485;
/** Made while the camera was added, to be shown on its page: Gcam tells a key once. */
const fresh = new Map<string, PushKey>();

export const PUSH_URL = "push://gcam";

export function isPushed(url: string): boolean {
  return /^\s*push:/i.test(url);
}

/** A new key; the one before counts no more. */
export async function makeKey(camera: string): Promise<Result<PushKey>> {
  const answer = await ask(api.POST("/api/v1/cameras/{id}/push-key", { params: { path: { id: camera } } }));
  if (answer.ok) fresh.set(camera, answer.value);
  return answer;
}

/** What sends this machine's webcam. */
export function commandOf({ key, port, tls }: PushKey, host: string): string {
  const place = port === PUSH_PORT ? host : `${host}:${port}`;
  return `gcam push ${place} --key ${key}${tls ? " --tls" : ""}`;
}

@customElement("gcam-push-panel")
export class PushPanel extends LitElement {
  static override styles = [
    camerasStyles,
    css`
      .command {
        display: flex;
        align-items: center;
        gap: var(--wa-space-s);
      }
      code {
        flex: 1;
      }
      code,
      p {
        overflow-wrap: anywhere; /* addresses and keys are longer than a phone is wide */
      }
    `,
  ];

  @property() camera = "";
  /** It has one already, which a new one ends. */
  @property({ type: Boolean }) keyed = false;
  @state() private key: PushKey | undefined;
  @state() private making = false;

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("camera")) this.key = fresh.get(this.camera);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    fresh.delete(this.camera);
  }

  protected override render(): unknown {
    return html`<section class="panel">
      <h2>${t("push.title")}</h2>
      ${this.key ? this.shown(this.key) : html`<p>${t("push.text")}</p>`}
      <div class="buttons">
        <wa-button appearance="outlined" ?loading=${this.making} @click=${this.make}>${t("push.make")}</wa-button>
      </div>
      <p class="quiet">${t("push.http", { address: urlOf(`/api/v1/cameras/${this.camera}/push`) })}</p>
    </section>`;
  }

  private shown(key: PushKey): unknown {
    const command = commandOf(key, window.location.hostname);
    return html`<wa-callout variant="success" role="status">
        <p>${t("push.once")}</p>
        <div class="command"><code>${command}</code><wa-copy-button value=${command} copy-label=${t("push.copy")}></wa-copy-button></div>
      </wa-callout>
      <p>${t("push.run")}</p>
      ${key.tls ? nothing : html`<p class="quiet">${t("push.plain")}</p>`}`;
  }

  private readonly make = async (): Promise<void> => {
    const sure = { title: t("push.sure"), text: t("push.sure_text"), yes: t("push.make") };
    if ((this.keyed || this.key) && !(await confirm(sure))) return;
    this.making = true;
    const answer = await makeKey(this.camera);
    this.making = false;
    if (answer.ok) this.key = answer.value;
    else notifyError(answer.error);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-push-panel": PushPanel;
  }
}
