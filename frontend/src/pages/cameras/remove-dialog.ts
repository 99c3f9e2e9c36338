/** Asks whether a camera is to go, and what becomes of its recordings. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/checkbox/checkbox.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { html, render } from "lit";
import { words } from "../../i18n/i18n.js";

const t = words("cameras");

/** Undefined: it stays. */
export function askHowToRemove(name: string): Promise<"keep" | "delete" | undefined> {
  return new Promise((resolve) => {
    const place = document.body.appendChild(document.createElement("div"));
    let answer: "keep" | "delete" | undefined;
    const dialog = () => place.querySelector("wa-dialog");
    const close = (yes: boolean) => {
      const footage = place.querySelector("wa-checkbox")?.checked === true;
      answer = yes ? (footage ? "delete" : "keep") : undefined;
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
        <wa-checkbox hint=${t("remove_footage_text")}>${t("remove_footage")}</wa-checkbox>
        <wa-button slot="footer" appearance="plain" @click=${() => close(false)}>${t("cancel")}</wa-button>
        <wa-button slot="footer" variant="danger" @click=${() => close(true)}>${t("remove")}</wa-button>
      </wa-dialog>`,
      place,
    );
    const shown = dialog();
    if (shown) shown.open = true;
  });
}
