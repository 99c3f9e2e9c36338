/** What became of a letter, in words. Pure. */
import type { Schemas } from "../../api/client.js";
import { number, relative } from "../../i18n/format.js";
import type { Words } from "../../i18n/i18n.js";

export type Letter = Schemas["AlertLetter"];

export interface Became {
  text: string;
  /** Of the page's styles. */
  tone: "good" | "bad" | "quiet";
  /** What its server said, or why it waits; empty where there is nothing to say. */
  said: string;
}

export function became(letter: Letter, now: number, t: Words): Became {
  const said = letter.said ?? "";
  if (letter.state === "sent") {
    const took = letter.took_s === null ? t("state.sent") : t("sent_in", { seconds: number(letter.took_s, 1) });
    return { text: took, tone: "good", said };
  }
  if (letter.state !== "waiting") return { text: t(`state.${letter.state}`), tone: letter.state === "swallowed" ? "quiet" : "bad", said };
  if (letter.attempts === 0) return { text: t("state.waiting"), tone: "quiet", said };
  const when = letter.next_at > now + 1 ? relative(letter.next_at, now) : t("now");
  return { text: t("again", { count: letter.attempts, when }), tone: "bad", said };
}
