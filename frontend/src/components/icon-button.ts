/** A button that is an icon, or begins with one. Who uses it has the styles `buttons`. */
import { html } from "lit";
import "./icon.js";

export interface IconButton {
  /** Its name, for who does not see the icon. */
  label: string;
  icon: string;
  run: (event: Event) => void;
  class?: string;
  disabled?: boolean;
}

export function iconButton({ label, icon, run, class: look = "plain", disabled = false }: IconButton): unknown {
  return html`<button type="button" class="button ${look}" aria-label=${label} title=${label} ?disabled=${disabled} @click=${run}>
    <gcam-icon .path=${icon}></gcam-icon>
  </button>`;
}
