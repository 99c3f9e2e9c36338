import { afterEach, expect, test } from "vitest";
import { beside, session } from "./session.js";

const before = session.value;
afterEach(() => session.set(before));

test("nothing leads out of Home Assistant's frame", () => {
  expect(beside()).toBe("_blank");
  session.set({ ...before, ingress: true });
  expect(beside()).toBe("_self");
});
