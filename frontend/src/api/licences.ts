/** Whose work is in this page: what its build writes beside it. */
import { urlOf } from "./client.js";

export interface PagePart {
  name: string;
  version: string;
  /** Of its licence. */
  identifier: string;
  text: string;
}

/** None while the page is being developed. */
export async function pageParts(): Promise<readonly PagePart[]> {
  try {
    const answer = await fetch(urlOf("/licences.json"));
    return answer.ok ? ((await answer.json()) as PagePart[]) : [];
  } catch {
    return [];
  }
}
