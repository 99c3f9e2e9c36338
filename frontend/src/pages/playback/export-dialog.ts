/** One MP4 of a camera's range: choose, watch it being made, download, stop. The range is also chosen on the timeline. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { mdiDelete, mdiDownload } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { beginExport, exportsMade, exportUrl, removeExport, type Export } from "../../api/exports.js";
import "../../components/icon.js";
import { notifyError } from "../../components/notify.js";
import { bytes, duration, timeFormat } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { sentence } from "../../i18n/reasons.js";
import { atClock, clockOf, type Day } from "./days.js";
import { follow } from "./clip-actions.js";
import type { View } from "./geometry.js";
import type { Row } from "./timeline-paint.js";

const t = words("playback");
const LOOK_EVERY_MS = 1000;

@customElement("gcam-export-dialog")
export class GcamExportDialog extends LitElement {
  static override styles = css`
    form {
      display: flex;
      flex-wrap: wrap;
      align-items: end;
      gap: var(--wa-space-s);
    }
    label {
      display: grid;
      gap: var(--wa-space-2xs);
    }
    input {
      font: inherit;
      padding: 0.45em;
      color: inherit;
      background: var(--wa-form-control-background-color, transparent);
      border: 1px solid var(--wa-form-control-border-color, currentColor);
      border-radius: var(--wa-border-radius-m);
    }
    ul {
      list-style: none;
      margin: var(--wa-space-m) 0 0;
      padding: 0;
      display: grid;
      gap: var(--wa-space-s);
    }
    li {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      align-items: center;
    }
    small {
      color: var(--wa-color-text-quiet);
    }
  `;

  @property({ attribute: false }) rows: readonly Row[] = [];
  @property({ attribute: false }) day: Day | undefined;
  /** `gcam-range` asks to change it. */
  @property({ attribute: false }) range: View | undefined;
  @property() zone = "UTC";
  /** Offered when it opens; playback goes on behind, to other cameras too. */
  @property() camera = "";
  @state() private chosen = "";
  @state() private made: readonly Export[] = [];
  @state() private open = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  show(): void {
    this.chosen = this.camera;
    this.open = true;
    void this.look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  protected override render(): unknown {
    const { range, zone } = this;
    return html`<wa-dialog label=${t("export")} .open=${this.open} @wa-after-hide=${this.closed}>
      <p>${t("export_text")}</p>
      <form @submit=${this.begin}>
        <wa-select label=${t("camera")} .value=${live(this.chosen)} @change=${(event: Event) => (this.chosen = (event.target as HTMLInputElement).value)}>
          ${this.rows.map(({ camera, name }) => html`<wa-option value=${camera}>${name}</wa-option>`)}
        </wa-select>
        ${range
          ? html`<label>${t("from")}<input type="time" step="1" required .value=${live(clockOf(range.start, zone))} @change=${(event: Event) => this.set(event, "start")} /></label>
              <label>${t("to")}<input type="time" step="1" required .value=${live(clockOf(range.end, zone))} @change=${(event: Event) => this.set(event, "end")} /></label>`
          : ""}
        <wa-button type="submit" variant="brand" ?disabled=${!range || range.end <= range.start}>${t("export_begin")}</wa-button>
      </form>
      <ul aria-label=${t("exports")}>${this.made.map((item) => this.item(item))}</ul>
    </wa-dialog>`;
  }

  private item(item: Export): unknown {
    const format = timeFormat({ timeZone: this.zone, dateStyle: "short", timeStyle: "medium" });
    const range = format.formatRange(item.after * 1000, item.before * 1000);
    const isDone = item.state === "done";
    const underway = item.state === "waiting" || item.state === "running";
    return html`<li>
      <span>${item.camera_name}<br /><small>${range} · ${isDone ? `${duration(item.duration_s)} · ${bytes(item.size_bytes)}` : sentence(item.problem_said, item.problem ?? t(`export_state.${item.state}`))}</small>
        ${underway ? html`<wa-progress-bar label=${t(`export_state.${item.state}`)} value=${Math.round(item.progress * 100)}></wa-progress-bar>` : ""}</span>
      <span>${isDone ? html`<wa-button appearance="plain" aria-label=${t("download")} title=${t("download")} @click=${() => follow(exportUrl(item))}><gcam-icon .path=${mdiDownload}></gcam-icon></wa-button>` : ""}
        <wa-button appearance="plain" aria-label=${t(underway ? "export_stop" : "delete")} title=${t(underway ? "export_stop" : "delete")} @click=${() => void this.end(item)}><gcam-icon .path=${mdiDelete}></gcam-icon></wa-button></span>
    </li>`;
  }

  private readonly begin = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!this.range || !this.chosen) return;
    const answer = await beginExport(this.chosen, this.range.start, this.range.end);
    if (!answer.ok) notifyError(answer.error);
    await this.look();
  };

  private async end(item: Export): Promise<void> {
    const answer = await removeExport(item.id);
    if (!answer.ok && answer.error.status !== 404) notifyError(answer.error);
    await this.look();
  }

  /** Again and again while one is being made and somebody looks. */
  private async look(): Promise<void> {
    clearTimeout(this.timer);
    const answer = await exportsMade();
    if (answer.ok) this.made = answer.value;
    const underway = this.made.some(({ state }) => state === "waiting" || state === "running");
    if (this.open && this.isConnected && underway) this.timer = setTimeout(() => void this.look(), LOOK_EVERY_MS);
  }

  private set(event: Event, edge: "start" | "end"): void {
    if (!this.day || !this.range) return;
    const at = atClock(this.day, (event.target as HTMLInputElement).value, this.zone);
    if (at !== undefined) this.dispatchEvent(new CustomEvent<View>("gcam-range", { detail: { ...this.range, [edge]: at } }));
  }

  private readonly closed = (event: Event): void => {
    if ((event.target as HTMLElement).localName !== "wa-dialog") return;
    this.open = false;
    clearTimeout(this.timer);
    this.dispatchEvent(new CustomEvent("gcam-closed"));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-export-dialog": GcamExportDialog;
  }
}
