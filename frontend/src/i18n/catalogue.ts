/** Texts by key: plurals by `count` (`key_one`, `key_other`, as `Intl.PluralRules` calls them; `key_zero` where it is there), and `{{name}}` where a value stands. Pure. */

/** As in its file: a text, or more of them below (`kind.motion`). */
export type Texts = { readonly [key: string]: string | Texts };

export class Catalogue {
  private readonly files = new Map<string, Texts>();
  private rules: Intl.PluralRules | undefined;

  constructor(private readonly language: string) {}

  add(namespace: string, texts: Texts): void {
    this.files.set(namespace, texts);
  }

  knows(namespace: string): boolean {
    return this.files.has(namespace);
  }

  has(namespace: string, key: string): boolean {
    return this.find(namespace, key) !== undefined;
  }

  /** The key itself where there is no text. */
  say(namespace: string, key: string, values: Record<string, unknown> = {}): string {
    const { count } = values;
    const text = (typeof count === "number" ? this.counted(namespace, key, count) : undefined) ?? this.find(namespace, key);
    return text?.replace(/\{\{(\w+)\}\}/g, (_, name: string) => textOf(values[name])) ?? key;
  }

  private counted(namespace: string, key: string, count: number): string | undefined {
    this.rules ??= new Intl.PluralRules(this.language);
    const forms = [...(count === 0 ? ["zero"] : []), this.rules.select(count), "other"];
    for (const form of forms) {
      const text = this.find(namespace, `${key}_${form}`);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** French leaves a thin space that does not break before these signs and within its quotes; texts are written with plain ones. */
  private typeset(text: string): string {
    return this.language === "fr" ? text.replace(/[ \u00a0](?=[:;?!»]|%(?![0-9A-F]{2}))/g, "\u202f").replace(/«[ \u00a0]/g, "«\u202f") : text;
  }

  private find(namespace: string, key: string): string | undefined {
    let found: string | Texts | undefined = this.files.get(namespace);
    for (const part of key.split(".")) {
      if (typeof found !== "object" || !Object.hasOwn(found, part)) return undefined;
      found = found[part];
    }
    return typeof found === "string" ? this.typeset(found) : undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
