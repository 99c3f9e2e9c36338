/** Passkeys, as the browser knows them: made, and asked to sign. */
import { api, ask, type Result, type Schemas } from "./client.js";

export type PasskeyAnswer = Schemas["PasskeyAnswer"];

/** Browsers have them for names under TLS and for `localhost`, and not for addresses in numbers. */
export function passkeysWork(): boolean {
  const numbers = /^[\d.]+$|:/.test(location.hostname);
  return isSecureContext && !numbers && "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/** What one of my passkeys says to Gcam's question; undefined where I changed my mind. */
export async function askPasskey(): Promise<Result<PasskeyAnswer | undefined>> {
  const question = await ask(api.POST("/api/v1/session/question"));
  if (!question.ok) return question;
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    question.value.options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return { ok: true, value: await answered(navigator.credentials.get({ publicKey })) };
}

/** A new one, by Gcam's offer. */
export function makePasskey(options: Schemas["PasskeyOptions"]): Promise<PasskeyAnswer | undefined> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return answered(navigator.credentials.create({ publicKey }));
}

async function answered(wanted: Promise<Credential | null>): Promise<PasskeyAnswer | undefined> {
  try {
    const made = await wanted;
    return made instanceof PublicKeyCredential ? (made.toJSON() as PasskeyAnswer) : undefined;
  } catch (error) {
    if (error instanceof DOMException) return undefined; // cancelled, too late, or there already
    throw error;
  }
}
