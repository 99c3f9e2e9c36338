/** The shell: menu, the page of the address, what is said while Gcam does not answer. */
import { mdiAccountLockOutline, mdiAlertCircleOutline } from "@mdi/js";
import { html, LitElement } from "lit";
import { customElement, state } from "lit/decorators.js";
import { html as staticHtml, unsafeStatic } from "lit/static-html.js";
import { askAhead, onProofNeeded } from "./api/client.js";
import { checkSession, loadSession } from "./api/session.js";
import { appStyles } from "./app.styles.js";
import "./components/empty.js";
import { expectHeading } from "./components/heading.js";
import "./components/icon.js";
import "./components/shell-menu.js";
import { spinner } from "./components/spinner.js";
import { loadWords, words } from "./i18n/i18n.js";
import { pageAt, PAGES, rareOf, SIGN_IN, type Page, type Part } from "./pages.js";
import { loadPart } from "./parts.js";
import { place } from "./router.js";
import { hashOf } from "./routes.js";
import { feed, gcam } from "./state/gcam.js";
import { isUrgent, PHASE_ICONS } from "./state/guard.js";
import { session } from "./state/session.js";
import { Follow } from "./state/store.js";
import { followUnreviewed, unreviewed } from "./state/unreviewed.js";

const t = words("common");
const AGAIN_MS = 3000;

onProofNeeded(async () => (await import("./components/prove.js")).provenByDialog());

@customElement("gcam-app")
export class GcamApp extends LitElement {
  static override styles = appStyles;

  private readonly place = new Follow(this, place);
  private readonly session = new Follow(this, session);
  private readonly gcam = new Follow(this, gcam);
  private readonly unreviewed = new Follow(this, unreviewed);
  @state() private loaded: ReadonlySet<string> = new Set();
  @state() private missing: ReadonlySet<string> = new Set();
  /** The title of a page that was gone to, for screen readers. */
  @state() private arrived = "";
  private readonly loading = new Set<string>();
  private path = place.value.path.join("/");
  private endFollowing: (() => void) | undefined;
  private endWatching: (() => void) | undefined;
  private connection = "";
  private asking: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.endFollowing = session.subscribe(({ status, standing }) => {
      if (status === "signed_in" && standing === "active") feed.start();
      else feed.stop();
      clearTimeout(this.asking);
      if (standing === "asking") this.asking = setTimeout(() => void loadSession(), AGAIN_MS);
    });
    this.endWatching = gcam.subscribe(({ connection }) => {
      if (connection === "lost" && this.connection !== "lost") void checkSession(); // was it ended elsewhere?
      this.connection = connection;
    });
    followUnreviewed();
    void loadSession().then(() => this.ahead());
    const likely = pageAt(this.place.value, PAGES);
    if (likely) void this.load(likely); // who may see it is asked meanwhile
  }

  /** On the first visit alone: later a page's files are there. */
  private ahead(): void {
    const page = this.page();
    if (!page?.ahead || this.loaded.has(page.tag) || this.place.value.query.size > 0) return;
    if (session.value.standing === "active") askAhead(page.ahead);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.endFollowing?.();
    this.endWatching?.();
    clearTimeout(this.asking);
  }

  protected override willUpdate(): void {
    const page = this.page();
    document.title = page ? `${t(`nav.${page.id}`)} · Gcam` : "Gcam";
    const path = this.place.value.path.join("/");
    if (path === this.path) return;
    this.path = path;
    this.arrived = document.title;
    expectHeading();
  }

  protected override render(): unknown {
    if (this.session.value.status === "unknown") return waiting();
    const page = this.page();
    return html`
      ${page?.bare ? "" : html`<a class="skip" href=${location.hash || "#/"} @click=${this.skip}>${t("skip")}</a>`}
      ${this.session.value.status === "signed_in" && !page?.bare
        ? html`<nav aria-label=${t("menu")}>${this.menu(page)}</nav>`
        : ""}
      <main tabindex="-1">${this.banner()} ${this.sign(page)} ${this.content(page)}</main>
      <p class="unseen" role="status">${this.arrived}</p>
    `;
  }

  private menu(current: Page | undefined): unknown {
    const pages = allowed().filter(({ id, below, hidden }) => !below && !hidden && (id !== "guard" || this.gcam.value.guard !== null));
    const rare = rareOf(pages);
    return html`
      <a class="brand" href=${hashOf("live")} aria-label="Gcam"><img src="./icon.svg" alt="" /><span>Gcam</span></a>
      ${pages.map(
        (page) =>
          html`<a class="item ${rare.includes(page) ? "rare" : ""}" href=${hashOf(page.id)} title=${t(`nav.${page.id}`)} aria-current=${page.id === current?.id ? "page" : "false"}>
            ${page.id === "guard" ? this.guard() : html`<gcam-icon .path=${page.icon}></gcam-icon><span>${t(`nav.${page.id}`)}</span>`}
            ${page.id === "events" ? this.badge() : ""}
          </a>`,
      )}
      <gcam-shell-menu .pages=${rare}></gcam-shell-menu>
    `;
  }

  private badge(): unknown {
    const count = this.unreviewed.value;
    if (count === 0) return "";
    return html`<b class="badge"><span aria-hidden="true">${count > 99 ? "99+" : count}</span><span class="unseen">${t("new_events", { count })}</span></b>`;
  }

  /** Whether the house is armed is seen from every page. */
  private guard(): unknown {
    const phase = this.gcam.value.guard?.phase;
    return html`<gcam-icon data-phase=${phase ?? ""} .path=${PHASE_ICONS[phase ?? "disarmed"]}></gcam-icon><span>${t("nav.guard")}</span
      ><small>${phase ? t(`guard.${phase}`) : ""}</small>`;
  }

  /** Where it is more than a state, in full: on the pages that are about something else. */
  private sign(page: Page | undefined): unknown {
    const { guard } = this.gcam.value;
    if (!guard || !page || page.id === "guard" || this.session.value.status !== "signed_in") return "";
    if (!isUrgent(guard) && !(page.bare && guard.phase !== "disarmed")) return "";
    void import("./components/guard-sign.js");
    return html`<gcam-guard-sign ?over=${page.bare}></gcam-guard-sign>`;
  }

  private banner(): unknown {
    if (this.session.value.status !== "signed_in") return "";
    const { connection, outdated } = this.gcam.value;
    if (connection === "lost")
      return html`<div class="banner warning" role="status">${t("offline")} ${this.session.value.ingress ? t("offline_ingress") : ""}</div>`;
    return outdated ? html`<div class="banner" role="status">${t("updated")} ${reload()}</div>` : "";
  }

  private content(page: Page | undefined): unknown {
    const { status, standing } = this.session.value;
    if (status === "signed_in" && standing !== "active")
      return html`<gcam-empty .icon=${mdiAccountLockOutline} .heading=${t(standing)} .text=${t(`${standing}_text`)}></gcam-empty>`;
    const part = status === "signed_in" ? page : SIGN_IN;
    if (!part)
      return html`<gcam-empty .icon=${mdiAlertCircleOutline} .heading=${t("not_here")} .text=${t("not_here_text")}>
        <a href=${hashOf("live")}>${t("to_live")}</a>
      </gcam-empty>`;
    if (this.missing.has(part.tag))
      return html`<gcam-empty .icon=${mdiAlertCircleOutline} .heading=${t("part_missing")} .text=${t("part_missing_text")}>${reload()}</gcam-empty>`;
    if (!this.loaded.has(part.tag)) {
      void this.load(part);
      return waiting();
    }
    const tag = unsafeStatic(part.tag);
    return staticHtml`<${tag} class="page" .place=${this.place.value}></${tag}>`;
  }

  private async load({ tag, load, words }: Part): Promise<void> {
    if (this.loading.has(tag)) return;
    this.loading.add(tag);
    if (await loadPart(() => Promise.all([load(), loadWords(...words)]))) this.loaded = new Set([...this.loaded, tag]);
    else this.missing = new Set([...this.missing, tag]);
  }

  /** The page of the address; the first one somebody may see where it names none. Undefined while nobody is signed in. */
  private page(): Page | undefined {
    return this.session.value.status === "signed_in" ? pageAt(this.place.value, allowed()) : undefined;
  }

  private skip(event: Event): void {
    event.preventDefault();
    this.renderRoot.querySelector("main")?.focus();
  }
}

function reload(): unknown {
  return html`<button type="button" class="button small outlined" @click=${() => location.reload()}>${t("reload")}</button>`;
}

function allowed(): readonly Page[] {
  return PAGES.filter(({ needs }) => session.value.permissions.has(needs));
}

function waiting(): unknown {
  return html`<div class="waiting" role="status">${spinner}<span>${t("loading")}</span></div>`;
}
