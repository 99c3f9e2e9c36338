/** Who is signed in, as the server says. */
import { session, type Permission, type Session } from "../state/session.js";
import { onSignedOut, urlOf } from "./client.js";

const ALL: readonly Permission[] = ["view", "playback", "control", "configure", "administer"];

/** Asks the server and keeps the answer in the store `session`. */
export async function loadSession(): Promise<void> {
  const response = await fetch(urlOf("/api/v1/session")).catch(() => undefined);
  if (response?.ok) session.set(sessionOf((await response.json()) as SessionAnswer));
  else if (response?.status === 404) session.set({ ...session.value, status: "signed_in", permissions: new Set(ALL) });
  else if (response?.status === 401) {
    const body = (await response.json().catch(() => ({}))) as { error?: { code?: string } };
    signedOut(body.error?.code ?? "sign_in");
  } else if (session.value.status === "unknown") setTimeout(() => void loadSession(), 2000);
}

export function signedOut(code: string): void {
  const status = code === "no_owner" ? "no_owner" : "signed_out";
  if (session.value.status === status) return; // one change, one rendering
  session.set({ ...session.value, status, name: "", permissions: new Set() });
}

onSignedOut(signedOut);

interface SessionAnswer {
  name: string;
  permissions: Permission[];
  ingress?: boolean;
}

function sessionOf(answer: SessionAnswer): Session {
  return {
    status: "signed_in",
    name: answer.name,
    permissions: new Set(answer.permissions),
    ingress: answer.ingress ?? false,
  };
}
