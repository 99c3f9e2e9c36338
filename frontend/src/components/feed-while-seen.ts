/** A feed of a component's own: open while the component is there and its tab is seen. */
import type { LitElement, ReactiveController } from "lit";

export class FeedWhileSeen<Feed extends { close(): void }> implements ReactiveController {
  private feed: Feed | undefined;

  constructor(
    private readonly host: LitElement,
    /** Undefined while there is nothing to show. */
    private readonly open: () => Feed | undefined,
    private readonly closed: () => void = () => undefined,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("visibilitychange", this.pace);
    if (this.host.hasUpdated) this.pace();
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.pace);
    this.stop();
  }

  /** What it shows is another now. */
  anew(): void {
    this.stop();
    this.pace();
  }

  stop(): void {
    this.feed?.close();
    this.feed = undefined;
    this.closed();
  }

  private readonly pace = (): void => {
    if (document.hidden || !this.host.isConnected) this.stop();
    else this.feed ??= this.open();
  };
}
