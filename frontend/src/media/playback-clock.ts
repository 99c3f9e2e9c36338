/** The one clock that recordings are played by: wall-clock time (Unix seconds) that runs at a speed, or is held. Pure. */
export class PlaybackClock {
  private base_s: number;
  private since_ms = 0;
  private speed = 1;
  private running = false;

  /** `now_ms` is monotonic, such as `performance.now`. */
  constructor(
    private readonly now_ms: () => number,
    at = 0,
  ) {
    this.base_s = at;
  }

  get at(): number {
    if (!this.running) return this.base_s;
    return this.base_s + ((this.now_ms() - this.since_ms) / 1000) * this.speed;
  }

  get isRunning(): boolean {
    return this.running;
  }

  get rate(): number {
    return this.speed;
  }

  set(at: number): void {
    this.base_s = at;
    this.since_ms = this.now_ms();
  }

  run(): void {
    if (this.running) return;
    this.since_ms = this.now_ms();
    this.running = true;
  }

  hold(): void {
    this.base_s = this.at;
    this.running = false;
  }

  setRate(rate: number): void {
    this.set(this.at);
    this.speed = rate;
  }
}
