import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LastingSocket } from "./socket.js";

class FakeSocket {
  static made: FakeSocket[] = [];
  static readonly OPEN = 1;
  readyState = 1;
  binaryType = "blob";
  sent: string[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
}

const newest = (): FakeSocket => {
  const socket = FakeSocket.made.at(-1);
  if (!socket) throw new Error("no socket was opened");
  return socket;
};

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.made = [];
  vi.stubGlobal("WebSocket", FakeSocket);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function socketWith(silence_ms?: number): { socket: LastingSocket; heard: unknown[]; changes: string[] } {
  const [heard, changes]: [unknown[], string[]] = [[], []];
  const socket = new LastingSocket("ws://gcam/x", {
    silence_ms,
    onOpen: (send) => send("hello"),
    onMessage: (data) => heard.push(data),
    onChange: (change, failures) => changes.push(`${change} ${failures}`),
  });
  return { socket, heard, changes };
}

test("it comes back after a loss, and counts from the start once something came", () => {
  const { socket, heard, changes } = socketWith();
  socket.start();
  newest().onopen?.();
  expect(newest().sent).toEqual(["hello"]);
  newest().onclose?.();
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.made.length).toBe(2);
  newest().onmessage?.({ data: "one" });
  newest().onclose?.();
  expect(heard).toEqual(["one"]);
  expect(changes).toEqual(["connecting 0", "lost 1", "connecting 1", "lost 1"]);
});

test("a silence that should not be ends the connection, and what still comes of it counts no more", () => {
  const { socket, heard, changes } = socketWith(5000);
  socket.start();
  const first = newest();
  first.onmessage?.({ data: 1 });
  vi.advanceTimersByTime(4999);
  expect(first.closed).toBe(false);
  first.onmessage?.({ data: 2 });
  vi.advanceTimersByTime(5000);
  expect(first.closed).toBe(true);
  first.onmessage?.({ data: 3 });
  vi.advanceTimersByTime(1000);
  expect(FakeSocket.made.length).toBe(2);
  expect(heard).toEqual([1, 2]);
  expect(changes).toEqual(["connecting 0", "silent 1", "connecting 1"]);
});

test("a connection that never opens is silent too", () => {
  const { socket } = socketWith(5000);
  socket.start();
  vi.advanceTimersByTime(6000);
  expect(FakeSocket.made.length).toBe(2);
});

test("starting twice is starting once, and stopping is for good until it is started again", () => {
  const { socket } = socketWith(5000);
  socket.start();
  socket.start();
  expect(FakeSocket.made.length).toBe(1);
  newest().onclose?.();
  socket.start();
  socket.stop();
  vi.advanceTimersByTime(100_000);
  expect(FakeSocket.made.length).toBe(1);
  socket.start();
  expect(FakeSocket.made.length).toBe(2);
  socket.stop();
  expect(newest().closed).toBe(true);
});
