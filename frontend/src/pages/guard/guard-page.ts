/** The guard: armed and disarmed, what it watches, and who did what with it. */
import { mdiVolumeHigh, mdiVolumeOff } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { heading } from "../../components/heading.js";
import { heard, mute } from "../../components/guard-sounds.js";
import { iconButton } from "../../components/icon-button.js";
import "../../components/tabs.js";
import { loadWords, words } from "../../i18n/i18n.js";
import { loadPart } from "../../parts.js";
import { replace, type Place } from "../../router.js";
import { gcam } from "../../state/gcam.js";
import { may } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import { buttons } from "../../styles/buttons.js";
import "./guard-control.js";
import "./guard-log.js";

const t = words("guard");

@customElement("gcam-guard-page")
export class GuardPage extends LitElement {
  static override styles = [
    buttons,
    css`
      :host {
        max-width: 80rem;
      }
      header {
        display: flex;
        align-items: center;
        gap: var(--wa-space-s);
        margin-block-end: var(--wa-space-s);
      }
      h1 {
        flex: 1;
        margin: 0;
        font-size: var(--wa-font-size-xl);
      }
      small {
        color: var(--wa-color-text-quiet);
      }
    `,
  ];

  @property({ attribute: false }) place: Place | undefined;
  @state() private hasSettings = false;
  private readonly heard = new Follow(this, heard);

  protected override render(): unknown {
    const tabs = this.tabs;
    const tab = tabs.find((name) => name === this.place?.query.get("tab")) ?? "control";
    const { muted, blocked } = this.heard.value;
    return html`<header>
        <h1 ${heading()}>${t("title")}</h1>
        ${blocked && !muted ? html`<small role="status">${t("sound.blocked")}</small>` : nothing}
        ${iconButton({ label: t(muted ? "sound.on" : "sound.off"), icon: muted ? mdiVolumeOff : mdiVolumeHigh, run: () => { mute(!muted); } })}
      </header>
      ${tabs.length > 1
        ? html`<gcam-tabs .tabs=${tabs.map((name) => [name, t(`tab.${name}`)])} chosen=${tab} @gcam-tab=${this.show}>${this.shown(tab)}</gcam-tabs>`
        : this.shown(tab)}`;
  }

  private get tabs(): readonly string[] {
    return ["control", ...(may("configure") && gcam.value.guard !== null ? ["settings"] : []), ...(may("administer") ? ["log"] : [])];
  }

  private shown(tab: string): unknown {
    if (tab === "settings") return this.settings();
    if (tab === "log") return html`<gcam-guard-log></gcam-guard-log>`;
    return html`<gcam-guard-control></gcam-guard-control>`;
  }

  /** Comes when somebody wants it. */
  private settings(): unknown {
    if (!this.hasSettings) void loadPart(() => Promise.all([import("./guard-settings.js"), loadWords("guard-settings")])).then((there) => (this.hasSettings = there));
    return this.hasSettings ? html`<gcam-guard-settings></gcam-guard-settings>` : nothing;
  }

  private show({ detail }: CustomEvent<string>): void {
    replace("guard", { tab: detail === "control" ? undefined : detail });
  }
}
