/** `<gcam-camera-storage camera="door">`: in one line how much is recorded of a camera, and how far back it reaches. */
import { css, html, LitElement, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { storedOfCameras, type Stored } from "../../api/stored.js";
import { bytes } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { limitsOf, reachOf } from "./stored-words.js";
import { hashOf } from "../../routes.js";

const t = words("storage");

@customElement("gcam-camera-storage")
export class CameraStorage extends LitElement {
  static override styles = css`
    :host {
      display: block;
      min-height: 4.5em; /* its two or three lines come a little later */
    }
    p {
      margin: 0;
    }
    small {
      color: var(--wa-color-text-quiet);
    }
    a {
      color: var(--wa-color-brand-on-quiet);
    }
  `;

  @property() camera = "";
  /** Null: nothing is recorded. */
  @state() private stored: Stored | null | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("camera")) void this.load();
  }

  protected override render(): unknown {
    const { stored } = this;
    if (stored === undefined) return "";
    if (stored === null) return html`<p>${t("nothing")}</p>`;
    return html`<p>
      ${t("clips", { count: stored.clips })} · ${bytes(stored.size_bytes)} · ${reachOf(stored)}<br /><small>${limitsOf(stored)}</small>
      · <a href=${hashOf("storage")}>${t("title")}</a>
    </p>`;
  }

  private async load(): Promise<void> {
    const { camera } = this;
    const answer = await storedOfCameras();
    if (camera !== this.camera || !answer.ok) return;
    this.stored = answer.value.find(({ camera_id }) => camera_id === camera) ?? null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-camera-storage": CameraStorage;
  }
}
