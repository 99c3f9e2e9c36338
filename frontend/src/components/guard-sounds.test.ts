import { expect, test } from "vitest";
import { beepOf } from "./guard-sounds.js";

const at = (phase: "disarmed" | "arming" | "armed" | "entry" | "alarm", until: number | null, sounds = false) => ({ phase, until, sounds });

test("seconds are heard while people leave or come in, twice as often in the last ten", () => {
  expect(beepOf(at("arming", 100), 60)?.every_s).toBe(1);
  expect(beepOf(at("arming", 100), 90)?.every_s).toBe(0.5);
  expect(beepOf(at("entry", 100), 95)?.every_s).toBe(0.5);
});

test("who comes in hears something else than who leaves", () => {
  expect(beepOf(at("entry", 100), 60)?.hertz).not.toEqual(beepOf(at("arming", 100), 60)?.hertz);
});

test("an alarm is heard until it is silenced, also one without an end", () => {
  expect(beepOf(at("alarm", null, true), 60)).toBeDefined();
  expect(beepOf(at("alarm", 100, false), 60)).toBeUndefined();
});

test.each([at("disarmed", null), at("armed", null), at("arming", 50), at("entry", null)])("nothing is heard of %s", (guard) => {
  expect(beepOf(guard, 60)).toBeUndefined();
});
