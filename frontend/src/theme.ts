/** Light or dark: the person's choice, else Home Assistant's theme inside ingress, else the system's. */
import { keep, kept } from "./state/kept.js";
import { Store } from "./state/store.js";

export type ThemeChoice = "system" | "light" | "dark";

const CHOICE_KEY = "gcam-theme";
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

export const themeChoice = new Store<ThemeChoice>(stored());

export function startTheme(): void {
  apply();
  systemIsDark.addEventListener("change", apply);
  themeChoice.subscribe(apply);
  watchHomeAssistant();
}

export function chooseTheme(choice: ThemeChoice): void {
  keep(CHOICE_KEY, choice);
  themeChoice.set(choice);
}

/** Whether a CSS colour is dark; undefined where it can't be read. */
export function isDark(colour: string): boolean | undefined {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour.trim());
  const parts = hex ? hex.slice(1).map((part) => parseInt(part, 16)) : (colour.match(/[\d.]+/g) ?? []).map(Number);
  const [r, g, b] = parts;
  if (r === undefined || g === undefined || b === undefined) return undefined;
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

function apply(): void {
  const dark = themeChoice.value === "system" ? (homeAssistantIsDark() ?? systemIsDark.matches) : themeChoice.value === "dark";
  document.documentElement.classList.toggle("wa-dark", dark);
  document.documentElement.classList.toggle("wa-light", !dark);
}

/** Inside ingress the page is a frame of Home Assistant's own origin, whose theme is CSS variables on its root. */
function homeAssistantRoot(): HTMLElement | undefined {
  try {
    return parent === self ? undefined : parent.document.documentElement;
  } catch {
    return undefined; // another origin
  }
}

function homeAssistantIsDark(): boolean | undefined {
  const root = homeAssistantRoot();
  if (!root) return undefined;
  return isDark(getComputedStyle(root).getPropertyValue("--primary-background-color"));
}

function watchHomeAssistant(): void {
  const root = homeAssistantRoot();
  if (root) new MutationObserver(apply).observe(root, { attributes: true, attributeFilter: ["style", "class"] });
}

function stored(): ThemeChoice {
  const choice = kept(CHOICE_KEY);
  return choice === "light" || choice === "dark" ? choice : "system";
}
