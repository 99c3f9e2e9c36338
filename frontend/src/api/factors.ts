/** My second factors, and showing once more that it is I. */
import { api, ask, type Result, type Schemas } from "./client.js";

export type Factor = Schemas["Factor"];
export type FactorOffer = Schemas["FactorOffer"];
type Added = Result<Schemas["AddedFactor"]>;

export const myFactors = (): Promise<Result<Schemas["FactorList"]>> => ask(api.GET("/api/v1/session/factors"));

export const offered = (kind: Factor["kind"]): Promise<Result<FactorOffer>> =>
  ask(api.POST("/api/v1/session/factors/offer", { body: { kind } }));

export const addApp = (name: string, code: string): Promise<Added> =>
  ask(api.POST("/api/v1/session/factors", { body: { kind: "totp", name, code } }));

export const addPasskey = (name: string, passkey: Schemas["PasskeyAnswer"]): Promise<Added> =>
  ask(api.POST("/api/v1/session/factors", { body: { kind: "passkey", name, passkey } }));

export const removeFactor = (id: string): Promise<Result<unknown>> =>
  ask(api.DELETE("/api/v1/session/factors/{id}", { params: { path: { id } } }));

export const newRecoveryCodes = (): Promise<Result<Schemas["RecoveryCodes"]>> =>
  ask(api.POST("/api/v1/session/factors/recovery"));

export const prove = (body: Schemas["Proof"]): Promise<Result<unknown>> => ask(api.POST("/api/v1/session/proof", { body }));
