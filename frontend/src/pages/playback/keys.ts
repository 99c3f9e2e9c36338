/** The page's keys, and what they are called in the help. Pure. */

export type Command =
  | "toggle"
  | "back"
  | "on"
  | "back_far"
  | "on_far"
  | "frame_back"
  | "frame_on"
  | "previous"
  | "next"
  | "faster"
  | "slower"
  | "zoom_in"
  | "zoom_out"
  | "whole_day"
  | "full_screen"
  | "range_from"
  | "range_to"
  | "delete"
  | "help";

/** In the order of the help. */
export const KEYS: readonly (readonly [key: string, command: Command, shown: string])[] = [
  [" ", "toggle", "␣"],
  ["n", "next", "N"],
  ["p", "previous", "P"],
  [".", "frame_on", "."],
  [",", "frame_back", ","],
  ["ArrowRight", "on", "→"],
  ["ArrowLeft", "back", "←"],
  ["Shift+ArrowRight", "on_far", "⇧ →"],
  ["Shift+ArrowLeft", "back_far", "⇧ ←"],
  ["]", "faster", "]"],
  ["[", "slower", "["],
  ["+", "zoom_in", "+"],
  ["-", "zoom_out", "−"],
  ["0", "whole_day", "0"],
  ["i", "range_from", "I"],
  ["o", "range_to", "O"],
  ["f", "full_screen", "F"],
  ["Delete", "delete", "Del"],
  ["?", "help", "?"],
];

/**
 * What a press means; undefined for keys that are not ours, and with Ctrl, Alt or ⌘ held. Without `letters` also for keys
 * that write something: who dictates would press them by talking.
 */
export function commandOf(
  event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey">,
  letters = true,
): Command | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  if (!letters && event.key.length === 1 && event.key !== " ") return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const named = event.shiftKey && key.startsWith("Arrow") ? `Shift+${key}` : key === "=" ? "+" : key;
  return KEYS.find(([wanted]) => wanted === named)?.[1];
}

/** Whether the press is meant for something one types or chooses in, or for a button that is pressed by it. */
export function isElsewhere(path: readonly EventTarget[], key: string): boolean {
  return path.some((target) => {
    if (!(target instanceof HTMLElement)) return false;
    const name = target.localName;
    if (/^(input|select|textarea|wa-(input|number-input|select|switch|dialog|popover|dropdown))$/.test(name)) return true;
    return key === " " && /^(button|a|wa-button)$/.test(name);
  });
}
