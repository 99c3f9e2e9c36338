/** What the form of the settings says, as the API takes it: only what somebody changed. */
import type { Schemas } from "../../api/client.js";
import { textIn } from "../../components/form-text.js";

export type Settings = Schemas["Settings"];
export type Changes = Schemas["SettingsChange"];
export type Name = Exclude<keyof Settings, "waits">;

const GB = 1e9;

/** Bytes as they are shown: GB, without needless digits; empty where there is no limit. */
export function gigabytes(bytes: number | null): string {
  return bytes === null ? "" : String(Math.round(bytes / 1e7) / 100);
}

export function changesOf(form: FormData, now: Settings): Changes {
  const broker = brokerOf(form);
  const said: Changes = {
    keep_days: numberIn(form, "keep_days"),
    max_bytes: bytesIn(form, "max_bytes", now.max_bytes.value),
    min_free_bytes: bytesIn(form, "min_free_bytes", now.min_free_bytes.value),
    language: wordIn(form, "language") as Exclude<Changes["language"], undefined>,
    timezone: wordIn(form, "timezone"),
    external_url: wordIn(form, "external_url"),
    push_port: numberIn(form, "push_port"),
    log_level: wordIn(form, "log_level") as Exclude<Changes["log_level"], undefined>,
  };
  const changed = Object.entries(said).filter(([name, value]) => form.has(name) && value !== now[name as Name].value);
  return { ...Object.fromEntries(changed), ...(broker && isOther(broker, now.mqtt.value) ? { mqtt: broker } : {}) };
}

/** Whether recordings that are there would go. */
export function keepsLess(changes: Changes, now: Settings): boolean {
  const { keep_days, max_bytes, min_free_bytes } = changes;
  const days = keep_days === null ? now.keep_days.default : keep_days;
  if (days !== undefined && days !== null && days < (now.keep_days.value ?? Infinity)) return true;
  if (typeof max_bytes === "number" && max_bytes < (now.max_bytes.value ?? Infinity)) return true;
  return typeof min_free_bytes === "number" && min_free_bytes > (now.min_free_bytes.value ?? 0);
}

function brokerOf(form: FormData): Schemas["Broker"] | undefined {
  const mode = textIn(form, "mqtt.mode") as Schemas["Broker"]["mode"] | "";
  if (!mode) return undefined;
  if (mode !== "broker") return { mode };
  const password = textIn(form, "mqtt.password");
  return {
    mode,
    host: textIn(form, "mqtt.host").trim(),
    port: Number(textIn(form, "mqtt.port")),
    username: wordIn(form, "mqtt.username"),
    tls: form.has("mqtt.tls"),
    ...(password ? { password } : {}),
  };
}

function isOther(broker: Schemas["Broker"], now: Settings["mqtt"]["value"]): boolean {
  if ("password" in broker) return true;
  const names = ["mode", "host", "port", "username", "tls"] as const;
  return names.some((name) => (broker[name] ?? null) !== (now[name] ?? null));
}

function numberIn(form: FormData, name: string): number | null {
  const text = textIn(form, name);
  return text === "" ? null : Number(text);
}

/** What was not touched stays to the byte. */
function bytesIn(form: FormData, name: string, now: number | null): number | null {
  const text = textIn(form, name);
  if (text === gigabytes(now)) return now;
  return text === "" ? null : Math.round(Number(text) * GB);
}

function wordIn(form: FormData, name: string): string | null {
  return textIn(form, name).trim() || null;
}
