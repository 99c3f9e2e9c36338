/** Does something soon after it is asked for, and then not again at once, however often: a page of events costs the server, and
 * with several cameras something happens all the time. Nothing while nobody looks; then what was asked for meanwhile.
 */
const SOON_MS = 1000;
const APART_MS = 5000;

export class Pace {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = -APART_MS;
  private wanted = false;
  private readonly look = (): void => {
    if (!document.hidden && this.wanted) this.ask();
  };

  constructor(private readonly work: () => Promise<void>) {}

  ask(): void {
    this.wanted = true;
    if (this.timer !== undefined) return;
    document.addEventListener("visibilitychange", this.look);
    this.timer = setTimeout(() => this.begin(), Math.max(SOON_MS, this.last + APART_MS - performance.now()));
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.look);
    clearTimeout(this.timer);
    this.timer = undefined;
    this.wanted = false;
  }

  private begin(): void {
    this.timer = undefined;
    if (document.hidden) return;
    this.wanted = false;
    this.last = performance.now();
    void this.work();
  }
}
