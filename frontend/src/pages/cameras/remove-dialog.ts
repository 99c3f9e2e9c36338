/** Asks whether a camera is to go, and what becomes of its recordings and of its board. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/checkbox/checkbox.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { html, nothing, render } from "lit";
import { styleMap } from "lit/directives/style-map.js";
import { words } from "../../i18n/i18n.js";
import { isPushed } from "./push-panel.js";

const t = words("cameras");

export interface Removal {
  footage: "keep" | "delete";
  board: "keep" | "release";
}

/** What becomes of the camera's board. */
export interface Fate {
  /** It is claimed, and may be released. */
  isOurs: boolean;
  /** What comes of itself. */
  told: readonly ("remove_pushed" | "remove_pushed_board")[];
}

export const NO_FATE: Fate = { isOurs: false, told: [] };

/** `hasSecret`: of a camera that dials in its key, else the password, which a board took as its owner's. */
export function fateOf(url: string, hasSecret: boolean, firmware: string | undefined): Fate {
  if (!hasSecret) return NO_FATE;
  if (!isPushed(url)) return { isOurs: firmware === "gcam", told: [] };
  return { isOurs: false, told: firmware === "gcam" ? ["remove_pushed", "remove_pushed_board"] : ["remove_pushed"] };
}

/** Undefined: it stays. */
export function askHowToRemove(name: string, { isOurs, told }: Fate = NO_FATE): Promise<Removal | undefined> {
  return new Promise((resolve) => {
    const place = document.body.appendChild(document.createElement("div"));
    let answer: Removal | undefined;
    const dialog = () => place.querySelector("wa-dialog");
    const close = (yes: boolean) => {
      const isChecked = (id: string): boolean => place.querySelector<HTMLInputElement>(`wa-checkbox.${id}`)?.checked === true;
      answer = yes ? { footage: isChecked("footage") ? "delete" : "keep", board: isChecked("board") ? "release" : "keep" } : undefined;
      const shown = dialog();
      if (shown) shown.open = false;
    };
    const done = (event: Event) => {
      if (event.target !== dialog()) return;
      place.remove();
      resolve(answer);
    };
    render(
      html`<wa-dialog label=${t("remove_question", { name })} @wa-after-hide=${done}>
        <div style=${styleMap({ display: "grid", gap: "var(--wa-space-m)" })}>
          <wa-checkbox class="footage" hint=${t("remove_footage_text")}>${t("remove_footage")}</wa-checkbox>
          ${isOurs ? html`<wa-checkbox class="board" hint=${t("remove_board_text")}>${t("remove_board")}</wa-checkbox>` : nothing}
          ${told.map((key) => html`<p style=${styleMap({ margin: "0" })}>${t(key)}</p>`)}
        </div>
        <wa-button slot="footer" appearance="plain" @click=${() => close(false)}>${t("cancel")}</wa-button>
        <wa-button slot="footer" variant="danger" @click=${() => close(true)}>${t("remove")}</wa-button>
      </wa-dialog>`,
      place,
    );
    const shown = dialog();
    if (shown) shown.open = true;
  });
}
