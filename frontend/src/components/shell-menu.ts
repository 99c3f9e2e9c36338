/** Appearance, language and what Gcam is, at the end of the menu; on a phone before it the pages that its bar has no room for. */
import type WaDropdown from "@awesome.me/webawesome/dist/components/dropdown/dropdown.js";
import { mdiAccountOutline, mdiDotsHorizontal, mdiInformationOutline, mdiLogout } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { signOut } from "../api/session.js";
import { chooseLanguage, language, LANGUAGES, loadWords, words, type Language } from "../i18n/i18n.js";
import type { Page } from "../pages.js";
import { loadPart } from "../parts.js";
import { hashOf } from "../routes.js";
import { session } from "../state/session.js";
import { Follow } from "../state/store.js";
import { chooseTheme, themeChoice, type ThemeChoice } from "../theme.js";
import { buttons } from "../styles/buttons.js";
import { unseen } from "../styles/unseen.js";
import "./icon.js";

const t = words("common");
const THEMES: readonly ThemeChoice[] = ["system", "light", "dark"];
/** As in `app.styles.ts`. */
const PHONE = matchMedia("(max-width: 700px)");
const NAMES: Record<Language, string> = { en: "English", fr: "Français" };

/** Loaded when somebody wants it, as all that follows. */
const dropdown = (): Promise<unknown> =>
  Promise.all([
    import("@awesome.me/webawesome/dist/components/divider/divider.js"),
    import("@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js"),
    import("@awesome.me/webawesome/dist/components/dropdown/dropdown.js"),
  ]);

/** `left`: is called when it is closed. */
async function openProfile(left: () => void): Promise<void> {
  const [{ showProfile }] = await Promise.all([import("../pages/people/profile-dialog.js"), loadWords("people")]);
  showProfile(left);
}

async function openAbout(left: () => void): Promise<void> {
  const [{ showAbout }] = await Promise.all([import("../pages/about/about-dialog.js"), loadWords("about")]);
  showAbout(left);
}

@customElement("gcam-shell-menu")
export class ShellMenu extends LitElement {
  static override styles = css`
    ${buttons}
    .button {
      gap: 0;
    }
    small {
      display: block;
      padding: var(--wa-space-xs) var(--wa-space-m) 0;
      color: var(--wa-color-text-quiet);
    }
    span {
      margin-inline-start: var(--wa-space-xs);
    }
    @media (max-width: 700px) {
      span {
        ${unseen} /* not seen, but the button's name */
      }
    }
  `;

  /** Those behind "More" on a phone. */
  @property({ attribute: false }) pages: readonly Page[] = [];
  @state() private wanted = false;
  private readonly session = new Follow(this, session);
  private readonly theme = new Follow(this, themeChoice);

  protected override render(): unknown {
    const more = html`<gcam-icon .path=${mdiDotsHorizontal}></gcam-icon><span>${t("more")}</span>`;
    if (!this.wanted)
      return html`<button type="button" class="button plain" aria-label=${t("more")} aria-haspopup="menu" @pointerenter=${dropdown} @focus=${dropdown} @click=${this.open}>
        ${more}
      </button>`;
    return html`<wa-dropdown placement="top-start" @wa-select=${this.select}>
      <button type="button" slot="trigger" class="button plain" aria-label=${t("more")}>${more}</button>
      ${PHONE.matches ? this.further() : ""} ${this.account()}
      <small>${t("theme")}</small>
      ${THEMES.map(
        (choice) =>
          html`<wa-dropdown-item type="checkbox" value=${choice} ?checked=${choice === this.theme.value}
            >${t(`theme_${choice}`)}</wa-dropdown-item
          >`,
      )}
      <small>${t("language")}</small>
      ${LANGUAGES.map(
        (code) =>
          html`<wa-dropdown-item type="checkbox" value=${code} lang=${code} ?checked=${code === language.value}
            >${NAMES[code]}</wa-dropdown-item
          >`,
      )}
      <wa-divider></wa-divider>
      <wa-dropdown-item value="about">
        <gcam-icon slot="icon" .path=${mdiInformationOutline}></gcam-icon>${t("about")}
      </wa-dropdown-item>
    </wa-dropdown>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    PHONE.addEventListener("change", this.turned);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    PHONE.removeEventListener("change", this.turned);
  }

  private readonly turned = (): void => this.requestUpdate();

  private further(): unknown {
    if (this.pages.length === 0) return "";
    return html`${this.pages.map(
        ({ id, icon }) => html`<wa-dropdown-item value=${hashOf(id)}><gcam-icon slot="icon" .path=${icon}></gcam-icon>${t(`nav.${id}`)}</wa-dropdown-item>`,
      )}<wa-divider></wa-divider>`;
  }

  private readonly open = async (): Promise<void> => {
    if (!(await loadPart(dropdown))) return;
    this.wanted = true;
    await this.updateComplete;
    const menu = this.renderRoot.querySelector<WaDropdown>("wa-dropdown");
    await menu?.updateComplete;
    if (menu) menu.open = true;
  };

  private focusButton(): void {
    this.renderRoot.querySelector<HTMLElement>("button")?.focus();
  }

  /** Inside Home Assistant people sign in and out there. */
  private account(): unknown {
    const { ingress, name, kind } = this.session.value;
    if (ingress) return "";
    return html`<small>${name}</small>
      ${kind === "local"
        ? html`<wa-dropdown-item value="profile">
            <gcam-icon slot="icon" .path=${mdiAccountOutline}></gcam-icon>${t("profile")}
          </wa-dropdown-item>`
        : ""}
      <wa-dropdown-item value="sign-out">
        <gcam-icon slot="icon" .path=${mdiLogout}></gcam-icon>${t("sign_out")}
      </wa-dropdown-item>
      <wa-divider></wa-divider>`;
  }

  private select(event: CustomEvent<{ item: { value: string } }>): void {
    const { value } = event.detail.item;
    if (value.startsWith("#")) return void (location.hash = value);
    if (value === "sign-out") return void signOut();
    if (value === "profile") return void openProfile(() => this.focusButton());
    if (value === "about") return void openAbout(() => this.focusButton());
    const code = LANGUAGES.find((known) => known === value);
    if (code) chooseLanguage(code);
    else chooseTheme(THEMES.find((known) => known === value) ?? "system");
  }
}
