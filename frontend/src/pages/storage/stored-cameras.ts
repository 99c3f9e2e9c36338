/** Per camera: how much is recorded, how far back it reaches, and until when it is kept. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import { mdiPlay } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { storedOfCameras, type Stored } from "../../api/stored.js";
import "../../components/icon.js";
import { notifyError } from "../../components/notify.js";
import { bytes } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { gcam } from "../../state/gcam.js";
import { limitsOf, reachOf } from "./stored-words.js";
import { storageStyles } from "./storage.styles.js";
import { hashOf } from "../../routes.js";

const t = words("storage");

@customElement("gcam-stored-cameras")
export class StoredCameras extends LitElement {
  static override styles = storageStyles;

  @state() private stored: readonly Stored[] | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override render(): unknown {
    const { stored } = this;
    if (!stored) return html`<p role="status">${words("common")("loading")}</p>`;
    const all = stored.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
    return html`<p>${stored.length === 0 ? t("nothing") : t("all", { size: bytes(all) })}</p>
      <ul>
        ${[...stored].sort((a, b) => b.size_bytes - a.size_bytes).map((one) => row(one, all))}
      </ul>`;
  }

  private async load(): Promise<void> {
    const answer = await storedOfCameras();
    if (answer.ok) this.stored = answer.value;
    else notifyError(answer.error);
  }
}

function row(one: Stored, all: number): unknown {
  const name = gcam.value.cameras?.find(({ id }) => id === one.camera_id)?.name ?? one.camera_name;
  const share = { width: `${(100 * one.size_bytes) / Math.max(1, all)}%` };
  return html`<li>
    <span
      ><strong>${name}</strong> ${one.configured ? nothing : html`<small>${t("gone")}</small>`}<br />
      ${t("clips", { count: one.clips })} · ${bytes(one.size_bytes)} · ${reachOf(one)}<br /><small>${limitsOf(one)}</small></span
    >
    <span class="actions"
      ><wa-button size="s" appearance="outlined" href=${hashOf("playback", { camera: one.camera_id, at: Math.ceil(one.oldest_at) })}
        ><gcam-icon slot="start" .path=${mdiPlay}></gcam-icon>${t("oldest")}</wa-button
      ></span
    >
    <div class="bar" aria-hidden="true"><div style=${styleMap(share)}></div></div>
  </li>`;
}
