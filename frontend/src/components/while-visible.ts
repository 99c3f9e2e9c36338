/** Does something again and again, but only while the component is there and the page is looked at. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

export class WhileVisible implements ReactiveController {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    host: ReactiveControllerHost,
    private readonly every_ms: number,
    private readonly work: () => Promise<void>,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("visibilitychange", this.follow);
    this.follow();
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.follow);
    clearInterval(this.timer);
  }

  private readonly follow = (): void => {
    clearInterval(this.timer);
    if (document.hidden) return;
    this.timer = setInterval(() => void this.work(), this.every_ms);
    void this.work();
  };
}
