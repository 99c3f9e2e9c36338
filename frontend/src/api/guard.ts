/** The guard: where it stands, what one wants of it, and what it is to watch. */
import { api, ask, type Result, type Schemas } from "./client.js";

export type Guard = Schemas["Guard"];
export type Phase = Guard["phase"];
export type GuardNow = Schemas["GuardNow"];
export type Mode = Schemas["GuardModeNow"];
export type Watched = Schemas["GuardWatched"];
export type Cause = Schemas["AlarmCause"];
export type Arming = Schemas["Arming"];
export type Tamper = Schemas["Tamper"];

export function guardNow(): Promise<Result<GuardNow>> {
  return ask(api.GET("/api/v1/guard"));
}

export function arm(body: Arming): Promise<Result<Guard>> {
  return ask(api.POST("/api/v1/guard/arm", { body }));
}

export function disarm(code?: string): Promise<Result<Guard>> {
  return ask(api.POST("/api/v1/guard/disarm", { body: code === undefined ? {} : { code } }));
}

export function skipDelay(): Promise<Result<Guard>> {
  return ask(api.POST("/api/v1/guard/skip-delay"));
}

export function trigger(): Promise<Result<Guard>> {
  return ask(api.POST("/api/v1/guard/trigger"));
}

export function silence(): Promise<Result<Guard>> {
  return ask(api.POST("/api/v1/guard/silence"));
}

export function acknowledge(): Promise<Result<Guard>> {
  return ask(api.POST("/api/v1/guard/acknowledge"));
}

export function guardSettings(): Promise<Result<Schemas["GuardSettings"]>> {
  return ask(api.GET("/api/v1/guard/settings"));
}

export function changeGuard(body: Schemas["GuardDecided"]): Promise<Result<Schemas["GuardSettings"]>> {
  return ask(api.PUT("/api/v1/guard/settings", { body }));
}

export function setCode(id: string, body: Schemas["NewGuardCode"]): Promise<Result<unknown>> {
  return ask(api.PUT("/api/v1/guard/codes/{id}", { params: { path: { id } }, body }));
}

export function removeCode(id: string): Promise<Result<unknown>> {
  return ask(api.DELETE("/api/v1/guard/codes/{id}", { params: { path: { id } } }));
}
