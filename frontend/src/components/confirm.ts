/** A question that must be answered: `if (await confirm({ title, text, yes })) …` */
import "@awesome.me/webawesome/dist/components/button/button.js";
import { html, render } from "lit";
import { words } from "../i18n/i18n.js";
import { loadPart } from "../parts.js";

export interface Question {
  title: string;
  text: string;
  /** What the button says that does it. */
  yes: string;
  danger?: boolean;
}

const t = words("common");

export async function confirm({ title, text, yes, danger = false }: Question): Promise<boolean> {
  if (!(await loadPart(() => import("@awesome.me/webawesome/dist/components/dialog/dialog.js")))) return false;
  return new Promise((resolve) => {
    const place = document.body.appendChild(document.createElement("div"));
    let answer = false;
    const dialog = () => place.querySelector("wa-dialog");
    const close = (value: boolean) => {
      answer = value;
      const shown = dialog();
      if (shown) shown.open = false;
    };
    const done = (event: Event) => {
      if (event.target !== dialog()) return;
      place.remove();
      resolve(answer);
    };
    render(
      html`<wa-dialog label=${title} @wa-after-hide=${done}>
        ${text}
        <wa-button slot="footer" appearance="plain" @click=${() => close(false)}>${t("cancel")}</wa-button>
        <wa-button slot="footer" variant=${danger ? "danger" : "brand"} @click=${() => close(true)}>${yes}</wa-button>
      </wa-dialog>`,
      place,
    );
    const shown = dialog();
    if (shown) shown.open = true;
  });
}
