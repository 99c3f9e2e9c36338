import { expect, test } from "vitest";
import { changesOf, gigabytes, keepsLess, type Settings } from "./choices.js";

function setting<T>(value: T, usual = value): { value: T; default: T; origin: "default"; option: null; at_once: boolean; waits: boolean } {
  return { value, default: usual, origin: "default", option: null, at_once: true, waits: false };
}

const NOW: Settings = {
  keep_days: setting(30),
  max_bytes: setting<number | null>(null),
  min_free_bytes: setting(1_073_741_824),
  language: setting<string | null>(null),
  timezone: setting<string | null>("Europe/Brussels", null),
  external_url: setting<string | null>(null),
  mqtt: setting({ mode: "broker", host: "broker.lan", port: 1883, username: "gcam", tls: false, has_password: true }),
  push_port: setting(8485),
  log_level: setting("info"),
  waits: false,
};

function form(said: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(said)) data.set(name, value);
  return data;
}

const SHOWN = {
  keep_days: "30",
  max_bytes: "",
  min_free_bytes: "1.07",
  language: "",
  timezone: "Europe/Brussels",
  external_url: "",
  "mqtt.mode": "broker",
  "mqtt.host": "broker.lan",
  "mqtt.port": "1883",
  "mqtt.username": "gcam",
  "mqtt.password": "",
  push_port: "8485",
  log_level: "info",
};

test("what nobody touched is not sent", () => {
  expect(changesOf(form(SHOWN), NOW)).toEqual({});
});

test("what cannot be chosen here is not sent", () => {
  expect(changesOf(form({}), NOW)).toEqual({});
});

test("what was changed is sent, emptied as null", () => {
  const said = { ...SHOWN, keep_days: "7.5", max_bytes: "20", timezone: " ", language: "fr" };
  expect(changesOf(form(said), NOW)).toEqual({ keep_days: 7.5, max_bytes: 20e9, timezone: null, language: "fr" });
});

test("a broker is sent whole, its password only where it was typed", () => {
  expect(changesOf(form({ ...SHOWN, "mqtt.tls": "on" }), NOW)).toEqual({
    mqtt: { mode: "broker", host: "broker.lan", port: 1883, username: "gcam", tls: true },
  });
  expect(changesOf(form({ ...SHOWN, "mqtt.password": "x" }), NOW).mqtt?.password).toBe("x");
  expect(changesOf(form({ ...SHOWN, "mqtt.mode": "off" }), NOW)).toEqual({ mqtt: { mode: "off" } });
});

test("what would delete recordings is known", () => {
  expect(keepsLess({ keep_days: 29 }, NOW)).toBe(true);
  expect(keepsLess({ keep_days: 31 }, NOW)).toBe(false);
  expect(keepsLess({ max_bytes: 1e9 }, NOW)).toBe(true);
  expect(keepsLess({ max_bytes: null }, NOW)).toBe(false);
  expect(keepsLess({ min_free_bytes: 2e9 }, NOW)).toBe(true);
  expect(keepsLess({ keep_days: null }, { ...NOW, keep_days: setting(60, 30) })).toBe(true);
});

test("gigabytes have no needless digits", () => {
  expect(gigabytes(1_073_741_824)).toBe("1.07");
  expect(gigabytes(20e9)).toBe("20");
  expect(gigabytes(null)).toBe("");
});
