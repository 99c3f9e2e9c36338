/** Appearance and language, at the end of the menu. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js";
import "@awesome.me/webawesome/dist/components/dropdown/dropdown.js";
import { mdiDotsHorizontal } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement } from "lit/decorators.js";
import { chooseLanguage, language, LANGUAGES, words, type Language } from "../i18n/i18n.js";
import { Follow } from "../state/store.js";
import { chooseTheme, themeChoice, type ThemeChoice } from "../theme.js";
import "./icon.js";

const t = words("common");
const THEMES: readonly ThemeChoice[] = ["system", "light", "dark"];
const NAMES: Record<Language, string> = { en: "English", fr: "Français" };

@customElement("gcam-shell-menu")
export class ShellMenu extends LitElement {
  static override styles = css`
    wa-button::part(base) {
      justify-content: flex-start;
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
        position: absolute; /* not seen, but the button's name */
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
    }
  `;

  private readonly theme = new Follow(this, themeChoice);

  protected override render(): unknown {
    return html`<wa-dropdown placement="top-start" @wa-select=${this.select}>
      <wa-button slot="trigger" appearance="plain" aria-label=${t("more")}>
        <gcam-icon .path=${mdiDotsHorizontal}></gcam-icon><span>${t("more")}</span>
      </wa-button>
      <slot></slot>
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
    </wa-dropdown>`;
  }

  private select(event: CustomEvent<{ item: { value: string } }>): void {
    const { value } = event.detail.item;
    const code = LANGUAGES.find((known) => known === value);
    if (code) void chooseLanguage(code);
    else chooseTheme(THEMES.find((known) => known === value) ?? "system");
  }
}
