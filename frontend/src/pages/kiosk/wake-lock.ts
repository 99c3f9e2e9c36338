/** Keeps the screen on while a component is there and the page is looked at; where the browser can, which takes https. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

export class WakeLock implements ReactiveController {
  private lock: WakeLockSentinel | undefined;

  constructor(host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("visibilitychange", this.hold);
    this.hold();
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.hold);
    void this.lock?.release().catch(() => undefined);
    this.lock = undefined;
  }

  /** A lock is over as soon as the page is hidden. */
  private readonly hold = (): void => {
    const { wakeLock } = navigator as { wakeLock?: WakeLock_ };
    if (document.hidden || !wakeLock) return;
    wakeLock.request("screen").then(
      (lock) => (this.lock = lock),
      () => undefined, // the battery is low, or somebody forbade it
    );
  };
}

type WakeLock_ = Pick<Navigator["wakeLock"], "request">;
