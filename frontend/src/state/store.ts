/** A value that components follow: the smallest thing that does it. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

export class Store<T> {
  private readonly listeners = new Set<(value: T) => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    if (Object.is(value, this.current)) return;
    this.current = value;
    for (const listener of this.listeners) listener(value);
  }

  update(change: (value: T) => T): void {
    this.set(change(this.current));
  }

  /** Returns what ends it. */
  subscribe(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/**
 * Renders `host` anew whenever the store changes: `private readonly cameras = new Follow(this, camerasStore);`
 * With `seen` only where what it gives has changed: `new Follow(this, time, Math.floor)` once a second.
 */
export class Follow<T> implements ReactiveController {
  private end: (() => void) | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly store: Store<T>,
    private readonly seen: (value: T) => unknown = (value) => value,
  ) {
    host.addController(this);
  }

  get value(): T {
    return this.store.value;
  }

  hostConnected(): void {
    let last = this.seen(this.store.value);
    this.end = this.store.subscribe((value) => {
      const now = this.seen(value);
      if (Object.is(now, last)) return;
      last = now;
      this.host.requestUpdate();
    });
    this.host.requestUpdate();
  }

  hostDisconnected(): void {
    this.end?.();
  }
}
