/** `<h1 ${heading()}>`: takes the focus when it comes with another page, so that a screen reader says where one is. */
import { nothing } from "lit";
import { Directive, directive, type ElementPart } from "lit/directive.js";

let wanted = false;
let from: Element | null = null;

/** The next heading that is rendered takes the focus, unless somebody has taken it elsewhere by then. */
export function expectHeading(): void {
  wanted = true;
  from = focused();
}

class Heading extends Directive {
  private met = false;

  render(): unknown {
    return nothing;
  }

  override update({ element }: ElementPart): unknown {
    if (!this.met) requestAnimationFrame(() => arrive(element as HTMLElement));
    this.met = true;
    return nothing;
  }
}

export const heading = directive(Heading);

function arrive(element: HTMLElement): void {
  if (!wanted || !element.isConnected) return;
  wanted = false;
  const now = focused();
  if (now !== from && now !== document.body) return;
  element.tabIndex = -1;
  element.style.outline = "none"; // not a control
  element.focus({ preventScroll: true });
}

function focused(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}
