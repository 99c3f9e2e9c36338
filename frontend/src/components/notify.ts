/** Short messages at the edge of the page, with one action such as undo. Read aloud by screen readers. */
import type WaToast from "@awesome.me/webawesome/dist/components/toast/toast.js";
import type { ApiError } from "../api/client.js";
import { hasWord, words } from "../i18n/i18n.js";
import { sentence } from "../i18n/reasons.js";
import { go } from "../router.js";

export interface Notice {
  text: string;
  kind?: "neutral" | "success" | "warning" | "danger";
  action?: { label: string; run: () => void };
  duration_ms?: number;
}

const t = words("common");

export async function notify({ text, kind = "neutral", action, duration_ms = 6000 }: Notice): Promise<void> {
  await Promise.all([
    import("@awesome.me/webawesome/dist/components/button/button.js"), // both seldom needed
    import("@awesome.me/webawesome/dist/components/toast/toast.js"),
  ]);
  const item = await stack().create(text, { variant: kind, duration: duration_ms });
  if (!action) return;
  const button = document.createElement("wa-button");
  button.size = "s";
  button.appearance = "outlined";
  button.textContent = action.label;
  button.addEventListener("click", () => {
    action.run();
    void item.hide();
  });
  item.append(document.createElement("br"), button);
}

/** What went wrong, for a person. */
export function messageOf(error: ApiError): string {
  return sentence(error.said, hasWord("common", error.code) ? t(error.code) : error.message);
}

export function notifyError(error: ApiError): void {
  const text = t("failed", { why: messageOf(error) });
  const action = error.said?.code === "guard_forbids" ? { label: t("to_guard"), run: () => { go("guard"); } } : undefined;
  void notify({ text, kind: "danger", duration_ms: 10_000, ...(action && { action }) });
}

function stack(): WaToast {
  const there = document.querySelector("wa-toast");
  if (there) return there;
  const made = document.createElement("wa-toast");
  made.placement = "bottom-end";
  document.body.append(made);
  return made;
}
