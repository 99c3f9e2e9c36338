/** What this browser remembers for its person. Where it may not (private windows, blocked storage) nothing is kept. */
export function kept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // holds for this visit
  }
}
