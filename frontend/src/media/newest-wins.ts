/** Does one thing at a time for the newest wish: wishes that come meanwhile replace each other. */
export class NewestWins<T> {
  private waiting: { wish: T } | undefined;
  private busy = false;

  constructor(private readonly act: (wish: T) => Promise<void>) {}

  want(wish: T): void {
    this.waiting = { wish };
    if (!this.busy) void this.work();
  }

  /** Forgets what waits; what is being done ends by itself. */
  forget(): void {
    this.waiting = undefined;
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.waiting) {
      const { wish } = this.waiting;
      this.waiting = undefined;
      try {
        await this.act(wish);
      } catch {
        // The next wish may succeed.
      }
    }
    this.busy = false;
  }
}
