import { describe, expect, it } from "vitest";
import { commandOf, isPushed, PUSH_URL } from "./push-panel.js";

describe("the command that sends a webcam", () => {
  it("names a port only where it is another one", () => {
    expect(commandOf({ key: "porch:abc", port: 8485, tls: false }, "pi.local")).toBe("gcam push pi.local --key porch:abc");
    expect(commandOf({ key: "porch:abc", port: 9000, tls: true }, "pi.local")).toBe("gcam push pi.local:9000 --key porch:abc --tls");
  });
});

describe("a camera that dials in", () => {
  it("is known by its address", () => {
    expect(isPushed(PUSH_URL)).toBe(true);
    expect(isPushed("http://push.local/")).toBe(false);
  });
});
