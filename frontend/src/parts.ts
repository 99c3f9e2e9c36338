/** Parts of the page that come when they are needed, and what becomes of it where their files don't come. */
import { api, ask } from "./api/client.js";

const AGAIN_MS = 1000;
const TRIED_KEY = "gcam-reloaded";

interface Around {
  answers: () => Promise<void>;
  reload: () => void;
}

/**
 * True once `load` has loaded. Where it fails it waits until Gcam answers (it may be starting anew) and tries again;
 * then the files this page knows are gone, and the page is loaded anew: once, so that nothing goes round in circles.
 */
export async function loadPart(load: () => Promise<unknown>, around: Around = { answers, reload }): Promise<boolean> {
  let loaded = await tried(load);
  if (!loaded) {
    await around.answers();
    loaded = await tried(load);
  }
  if (loaded) {
    mark(undefined);
    return true;
  }
  if (!mark("yes")) return false;
  around.reload();
  return await new Promise<never>(() => undefined);
}

async function tried(load: () => Promise<unknown>): Promise<boolean> {
  try {
    await load();
    return true;
  } catch {
    return false;
  }
}

async function answers(): Promise<void> {
  const answer = await ask(api.GET("/api/v1/info"));
  if (answer.ok || answer.error.status !== 0) return;
  await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  await answers();
}

function reload(): void {
  location.reload();
}

/** Whether it is marked now and was not before. */
function mark(value: string | undefined): boolean {
  try {
    const before = sessionStorage.getItem(TRIED_KEY);
    if (value === undefined) sessionStorage.removeItem(TRIED_KEY);
    else sessionStorage.setItem(TRIED_KEY, value);
    return before === null;
  } catch {
    return false; // nothing can be remembered: better no reload than one after the other
  }
}
