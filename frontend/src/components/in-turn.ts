/**
 * What a page shows further down is rendered one piece after another, each in a task of its own: a press is answered in
 * between. For what has room of its own or nothing below it, so that nothing moves when it comes.
 */
import type { LitElement } from "lit";

const waiting: (() => void)[] = [];
const channel = new MessageChannel();
channel.port1.onmessage = (): void => {
  const piece = waiting.shift();
  if (waiting.length > 0) channel.port2.postMessage(undefined);
  piece?.();
};

/** Runs `piece` in a task of its own, after those that wait already. */
export function inTurn(piece: () => void): void {
  waiting.push(piece);
  if (waiting.length === 1) channel.port2.postMessage(undefined);
}

type Element = abstract new (...args: any[]) => LitElement; // eslint-disable-line @typescript-eslint/no-explicit-any -- what TypeScript asks of a mixin

/** `class Row extends InTurn(LitElement)`: its first rendering waits for its turn. */
export function InTurn<T extends Element>(Base: T): T {
  abstract class Turned extends Base {
    protected override async scheduleUpdate(): Promise<void> {
      if (!this.hasUpdated) await new Promise<void>((resolve) => inTurn(resolve));
      await super.scheduleUpdate();
    }
  }
  return Turned;
}
