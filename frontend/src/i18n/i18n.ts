/**
 * The page's words, English and French: one JSON file per page and language in `en/` and `fr/`, named after the page.
 * `const t = words("live");  t("fps", { fps: 12 })`. How texts are written: see `catalogue.ts`.
 */
import { keep, kept } from "../state/kept.js";
import { Store } from "../state/store.js";
import { Catalogue, type Texts } from "./catalogue.js";

export const LANGUAGES = ["en", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The namespace of what Gcam itself says: see `reasons.ts`. */
export const REASONS = "reasons";

const CHOICE_KEY = "gcam-language";

const files = import.meta.glob<Texts>(["./{en,fr}/*.json", "!./*/common.json"], { import: "default" });
/** What Gcam itself says, by code: the very files its server reads. */
const reasons = import.meta.glob<Texts>("../../../gcam_addon/words/{en,fr}.json", { import: "default" });
const common = import.meta.glob<Texts>("./{en,fr}/common.json", { eager: true, import: "default" });

/** The language now: another one is another visit. */
export const language = new Store<Language>(chosenLanguage());

/** Of the language now; it has no words before `startWords`. */
export const catalogue = new Catalogue(language.value);

export type Words = (key: string, values?: Record<string, unknown>) => string;

/** The words of one page (`common` for the shell). Load a page's with `loadWords` first. */
export function words(namespace: string): Words {
  return (key, values) => catalogue.say(namespace, key, values);
}

/** Whether there is a text of that name: for codes the server may add later. */
export function hasWord(namespace: string, key: string): boolean {
  return catalogue.has(namespace, key);
}

export function startWords(): void {
  catalogue.add("common", common[`./${language.value}/common.json`] ?? {});
  document.documentElement.lang = language.value;
}

/** Loads what `words(namespace)` says, in the language now: each says everything. */
export async function loadWords(...namespaces: string[]): Promise<void> {
  const code = language.value;
  await Promise.all(
    namespaces.map(async (namespace) => {
      if (catalogue.knows(namespace)) return;
      const load = namespace === REASONS ? reasons[`../../../gcam_addon/words/${code}.json`] : files[`./${code}/${namespace}.json`];
      if (load) catalogue.add(namespace, await load());
    }),
  );
}

export function chooseLanguage(code: Language): void {
  keep(CHOICE_KEY, code);
  location.reload(); // numbers, dates and third-party components follow too
}

function chosenLanguage(): Language {
  const chosen = kept(CHOICE_KEY);
  const owners = document.documentElement.dataset["language"];
  const wanted = [chosen, owners, ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  return LANGUAGES.find((code) => code === wanted.find((tag) => LANGUAGES.some((known) => known === tag))) ?? "en";
}
