/** When to try a lost connection again. For Workers too: nothing of the page here. */
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;

/** How long to wait after the n-th failure in a row (from 1): doubling, half of it random. */
export function retryDelayMs(failures: number, random: () => number = Math.random): number {
  const full = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 10));
  return full * (0.5 + random() / 2);
}
