/** Who is signed in, and signing in and out. */
import { tellTimesIn } from "../i18n/format.js";
import { session, type Session } from "../state/session.js";
import { api, ask, onSignedOut, type Result, type Schemas } from "./client.js";

type Identity = Schemas["Identity"];
const AGAIN_MS = 2000;
/** What a 401 says where somebody tries a password or a code. */
const TRIED = new Set(["wrong_login", "wrong_code", "second_factor"]);

/** Asks the server and keeps the answer in the store `session`; again and again while Gcam does not answer. */
export async function loadSession(): Promise<void> {
  const answer = await ask(api.GET("/api/v1/session"));
  if (answer.ok) session.set(sessionOf(answer.value));
  else if (answer.error.status !== 401) setTimeout(() => void loadSession(), AGAIN_MS);
}

/** Asks once whether the session still holds: a WebSocket that is refused can't say why. */
export async function checkSession(): Promise<void> {
  const answer = await ask(api.GET("/api/v1/session"));
  if (answer.ok) session.set(sessionOf(answer.value));
}

export async function signIn(login: Schemas["Login"]): Promise<Result<Identity>> {
  return kept(await ask(api.POST("/api/v1/session", { body: login })));
}

/** What creating the owner takes from here: `code`, `name`, `password`. */
export async function setUpFields(): Promise<ReadonlySet<string>> {
  const answer = await ask(api.GET("/api/v1/info"));
  return new Set(answer.ok ? answer.value.setup : []);
}

/** The first visit: creates the owner and signs in. */
export async function setUp(body: Schemas["SetUp"]): Promise<Result<Identity>> {
  return kept(await ask(api.POST("/api/v1/setup", { body })));
}

/** My own; the present password is asked for. */
export async function changeName(name: string, present: string): Promise<Result<Identity>> {
  return kept(await ask(api.PUT("/api/v1/session/name", { body: { name, present } })));
}

export async function signOut(): Promise<void> {
  await ask(api.DELETE("/api/v1/session"));
  signedOut("sign_in");
}

function kept(answer: Result<Identity>): Result<Identity> {
  if (answer.ok) session.set(sessionOf(answer.value));
  return answer;
}

function signedOut(code: string): void {
  if (TRIED.has(code)) return;
  const status = code === "no_owner" ? "no_owner" : "signed_out";
  if (session.value.status === status) return; // one change, one rendering
  session.set({ ...session.value, status, name: "", permissions: new Set() });
}

onSignedOut(signedOut);

function sessionOf(identity: Identity): Session {
  const timezone = identity.timezone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  tellTimesIn(timezone);
  return {
    status: "signed_in",
    id: identity.id,
    name: identity.name,
    kind: identity.kind,
    standing: identity.standing,
    permissions: new Set(identity.permissions),
    ingress: identity.ingress,
    timezone,
  };
}
