/**
 * The page's words, English and French: one JSON file per page and language in `en/` and `fr/`, named after the page.
 * `const t = words("live");  t("fps", { fps: 12 })`. i18next's plural suffixes (`_one`, `_other`) and `{{name}}` work.
 */
import i18next from "i18next";
import { keep, kept } from "../state/kept.js";
import { Store } from "../state/store.js";

export const LANGUAGES = ["en", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The namespace of what Gcam itself says: see `reasons.ts`. */
export const REASONS = "reasons";

const CHOICE_KEY = "gcam-language";

const files = import.meta.glob<Record<string, unknown>>(["./{en,fr}/*.json", "!./*/common.json"], { import: "default" });
/** What Gcam itself says, by code: the very files its server reads. */
const reasons = import.meta.glob<Record<string, unknown>>("../../../gcam_addon/words/{en,fr}.json", { import: "default" });
const common = import.meta.glob<Record<string, unknown>>("./{en,fr}/common.json", { eager: true, import: "default" });

/** The language now: another one is another visit. */
export const language = new Store<Language>(chosenLanguage());

export type Words = (key: string, values?: Record<string, unknown>) => string;

/** The words of one page (`common` for the shell). Load a page's with `loadWords` first. */
export function words(namespace: string): Words {
  const said = new Map<string, string>(); // finding one takes longer than rendering it
  return (key, values) => {
    if (values) return i18next.t(key, { ns: namespace, ...values });
    const known = said.get(language.value + key);
    if (known !== undefined) return known;
    const text = i18next.t(key, { ns: namespace });
    if (i18next.isInitialized && i18next.hasResourceBundle(language.value, namespace)) said.set(language.value + key, text);
    return text;
  };
}

/** Whether there is a text of that name: for codes the server may add later. */
export function hasWord(namespace: string, key: string): boolean {
  return i18next.exists(key, { ns: namespace });
}

export function startWords(): void {
  void i18next.init({
    initAsync: false, // all there is to start with is here
    lng: language.value,
    fallbackLng: "en",
    defaultNS: "common",
    ns: ["common"],
    resources: Object.fromEntries(LANGUAGES.map((code) => [code, { common: common[`./${code}/common.json`] ?? {} }])),
    interpolation: { escapeValue: false }, // Lit escapes
    returnNull: false,
  });
  document.documentElement.lang = language.value;
}

/** Loads what `words(namespace)` says, in the language now: each says everything. */
export async function loadWords(...namespaces: string[]): Promise<void> {
  const code = language.value;
  await Promise.all(
    namespaces.map(async (namespace) => {
      if (i18next.hasResourceBundle(code, namespace)) return;
      const load = namespace === REASONS ? reasons[`../../../gcam_addon/words/${code}.json`] : files[`./${code}/${namespace}.json`];
      if (load) i18next.addResourceBundle(code, namespace, await load());
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
