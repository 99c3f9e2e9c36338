/** What Gcam itself says, in the page's language: sentences by code with parameters, beside the server's English text. */
import { numberFormat } from "./format.js";
import { catalogue, REASONS } from "./i18n.js";

export interface Said {
  code: string;
  /** Texts, numbers, other sentences, or lists of these. */
  params: Record<string, unknown>;
}

/** The sentence, or `otherwise` where there is none or its code is new to this page. Needs the words `reasons`. */
export function sentence(said: Said | null | undefined, otherwise: string): string {
  return (said && known(said)) ?? otherwise;
}

function known({ code, params }: Said): string | undefined {
  if (!catalogue.has(REASONS, code)) return undefined;
  return catalogue.say(REASONS, code, Object.fromEntries(Object.entries(params).map(([name, value]) => [name, written(value)])));
}

function written(value: unknown): string {
  if (typeof value === "number") return numberFormat({ useGrouping: false, maximumFractionDigits: 3 }).format(value);
  if (Array.isArray(value)) return value.map(written).join(", ");
  if (isSaid(value)) return known(value) ?? value.code;
  return String(value);
}

export function isSaid(value: unknown): value is Said {
  return typeof value === "object" && value !== null && "code" in value && "params" in value;
}
