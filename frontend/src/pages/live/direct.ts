/** Whether one camera is seen without Gcam in between: whether that can be, what the person chose, and why it is not. */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { api, ask } from "../../api/client.js";
import { hasWord, words } from "../../i18n/i18n.js";
import { canSeeDirectly } from "../../media/direct-feed.js";
import type { Camera } from "../../state/gcam.js";
import { keep, kept } from "../../state/kept.js";

const t = words("live");
const KEY = "gcam-live-direct";
/** What dials in is at this address. */
const DIALS_IN = "gcam";
const AGAIN_MS = 5000;
/** Not for as long as the camera's settings are what they are. */
const FORBIDDEN = ["direct_masked", "direct_rotated"];

export class Direct implements ReactiveController {
  private asked = "";
  private camera = "";
  /** Why Gcam does not offer it; "" where it does. */
  private refused: string | undefined;
  /** Why it ended here. */
  private ended = "";
  private chosen = kept(KEY) === "1";
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  /** Whether it is to be shown so now. */
  get on(): boolean {
    return this.chosen && this.refused === "" && !this.ended;
  }

  get isChosen(): boolean {
    return this.chosen;
  }

  /** Whether there is anything to choose. */
  get isOffered(): boolean {
    return this.refused === "" || this.refused === "direct_crowded";
  }

  /** What to tell who chose it and sees something else, or can't choose it. */
  get note(): string {
    const why = this.ended || this.refused;
    if (!why) return "";
    if (FORBIDDEN.includes(why)) return t("direct.not_offered", { why: said(why) });
    return this.chosen && (this.ended || this.isOffered) ? t("direct.by_gcam", { why: said(why) }) : "";
  }

  /** Asks once for every change of the camera that may change the answer. */
  look({ id, host, enabled, privacy, rotation, privacy_masks, state }: Camera): void {
    const now = JSON.stringify([id, host, enabled, privacy, rotation, privacy_masks.length > 0, state?.status, state?.since]);
    if (now === this.asked) return;
    if (id !== this.camera) this.forget();
    [this.asked, this.camera] = [now, id];
    if (host === DIALS_IN && canSeeDirectly() && state?.status === "connected") void this.ask();
    else this.refused = undefined;
  }

  choose(on: boolean): void {
    this.chosen = on;
    this.ended = "";
    keep(KEY, on ? "1" : "0");
    void this.ask();
  }

  /** It ended; where that may pass it is asked for again. */
  end(why: string): void {
    this.ended = why;
    if (why !== "unreachable") this.again = setTimeout(() => void this.ask(), AGAIN_MS);
    this.host.requestUpdate();
  }

  hostConnected(): void {
    this.asked = "";
  }

  hostDisconnected(): void {
    this.forget();
  }

  private forget(): void {
    clearTimeout(this.again);
    [this.refused, this.ended] = [undefined, ""];
  }

  private async ask(): Promise<void> {
    clearTimeout(this.again);
    const { camera } = this;
    const answer = await ask(api.GET("/api/v1/cameras/{id}/direct", { params: { path: { id: camera } } }));
    if (camera !== this.camera) return;
    this.refused = answer.ok ? (answer.value.code ?? "") : undefined;
    if (this.refused === "" && this.ended !== "unreachable") this.ended = "";
    this.host.requestUpdate();
  }
}

function said(why: string): string {
  return t(`direct.why.${hasWord("live", `direct.why.${why}`) ? why : "lost"}`);
}
