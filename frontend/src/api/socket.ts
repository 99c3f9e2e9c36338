/**
 * A WebSocket that comes back by itself: after it is lost, and after a silence that should not be (a laptop that slept, a
 * router that forgot the connection; the browser itself may not notice for minutes). For Workers too.
 */
import { retryDelayMs } from "./retry.js";

/** Goes nowhere once its connection is gone. */
export type Send = (data: string | Uint8Array<ArrayBuffer>) => void;

export interface SocketOptions {
  /** What comes: texts, or binary data as this. */
  binaryType?: BinaryType;
  /** After so long without a message it is begun anew; undefined: it may be silent for ever. */
  silence_ms?: number | undefined;
  onOpen?: (send: Send) => void;
  onMessage: (data: unknown, send: Send) => void;
  /** Before each attempt (`failures` 0: the first, or it was well before), when it is lost, and when it is silent. */
  onChange?: (change: "connecting" | "lost" | "silent", failures: number) => void;
}

export class LastingSocket {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  constructor(
    private readonly url: string,
    private readonly options: SocketOptions,
  ) {}

  /** As often as wanted. */
  start(): void {
    if (this.socket || this.timer) return;
    this.connect();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.drop();
  }

  private connect(): void {
    const { binaryType, onOpen, onMessage, onChange } = this.options;
    this.timer = undefined;
    onChange?.("connecting", this.failures);
    const socket = new WebSocket(this.url);
    const send: Send = (data) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    };
    this.socket = socket;
    if (binaryType) socket.binaryType = binaryType;
    socket.onopen = () => onOpen?.(send);
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      this.failures = 0;
      this.listen();
      onMessage(data, send);
    };
    socket.onclose = () => this.again("lost");
    this.listen();
  }

  /** The silence begins anew. */
  private listen(): void {
    clearTimeout(this.silence);
    const { silence_ms } = this.options;
    if (silence_ms !== undefined) this.silence = setTimeout(() => this.again("silent"), silence_ms);
  }

  private again(why: "lost" | "silent"): void {
    this.drop();
    this.failures += 1;
    this.options.onChange?.(why, this.failures);
    this.timer = setTimeout(() => this.connect(), retryDelayMs(this.failures));
  }

  private drop(): void {
    clearTimeout(this.silence);
    const { socket } = this;
    this.socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null; // closing a dead connection may take minutes
    socket.close();
  }
}
