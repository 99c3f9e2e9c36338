/** What opens at a button and comes when it is wanted first. From then on the popover hears its button itself. */
import type WaPopover from "@awesome.me/webawesome/dist/components/popover/popover.js";
import type { LitElement } from "lit";
import { loadPart } from "../parts.js";

/** `show` has `host` render its `<wa-popover>`. */
export async function openFirst(host: LitElement, load: () => Promise<unknown>, show: () => void): Promise<void> {
  if (!(await loadPart(() => Promise.all([import("@awesome.me/webawesome/dist/components/popover/popover.js"), load()])))) return;
  show();
  await host.updateComplete;
  const popover = host.renderRoot.querySelector<WaPopover>("wa-popover");
  await popover?.updateComplete;
  if (popover) popover.open = true;
}
