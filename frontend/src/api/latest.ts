/**
 * Answers that come too late: of what is asked again, for another day or another filter, only the last is wanted.
 * `const { signal } = this.asking.again();`, ask with it, and leave where it is `tooLate(signal)`.
 */
export class Latest {
  private asking = new AbortController();

  /** Of what was asked last. */
  get signal(): AbortSignal {
    return this.asking.signal;
  }

  /** Nothing that was asked before is wanted any more. */
  again(): this {
    this.end();
    this.asking = new AbortController();
    return this;
  }

  /** Nothing at all is. */
  end(): void {
    this.asking.abort();
  }
}

/** A call, since TypeScript takes what it saw before an `await` to hold after it. */
export function tooLate(signal: AbortSignal): boolean {
  return signal.aborted;
}
