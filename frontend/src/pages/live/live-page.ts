/** All cameras at once: as a grid, one large with the others, or one after the other. `#/live/<id>`: one alone. */
import { mdiCctv, mdiGridLarge, mdiMonitorDashboard, mdiSync, mdiViewSplitVertical } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import "../../components/empty.js";
import { heading } from "../../components/heading.js";
import { words } from "../../i18n/i18n.js";
import type { Place } from "../../router.js";
import { hashOf } from "../../routes.js";
import { replace } from "../../router.js";
import { loadPart } from "../../parts.js";
import { gcam, type Camera } from "../../state/gcam.js";
import { camerasIn, groupsOf } from "../../state/groups.js";
import { keep, kept } from "../../state/kept.js";
import { may } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import "./camera-grid.js";
import "./camera-tile.js";
import { largeOne, LAYOUTS, nextOne, type Layout } from "./layout.js";
import { buttons } from "../../styles/buttons.js";
import { livePageStyles } from "./live-page.styles.js";

const t = words("live");
const CHOICE_KEY = "gcam-live-layout";
const CYCLE_MS = 8000;
const ICONS: Record<Layout, string> = { grid: mdiGridLarge, large: mdiViewSplitVertical, cycle: mdiSync };

@customElement("gcam-live-page")
export class LivePage extends LitElement {
  static override styles = [buttons, livePageStyles];

  @property({ attribute: false }) place: Place | undefined;
  @state() private layout: Layout = LAYOUTS.find((name) => name === kept(CHOICE_KEY)) ?? "grid";
  @state() private chosen: string | undefined;
  private readonly gcam = new Follow(this, gcam);
  private turning: ReturnType<typeof setInterval> | undefined;
  override connectedCallback(): void {
    super.connectedCallback();
    this.turning = setInterval(() => {
      if (this.layout === "cycle") this.chosen = nextOne(this.shown, this.chosen);
    }, CYCLE_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.turning);
  }

  protected override willUpdate(): void {
    if (this.place?.path[1] !== undefined) void loadPart(() => import("./camera-view.js"));
  }

  protected override render(): unknown {
    const { cameras } = this.gcam.value;
    if (!cameras) return nothing;
    if (cameras.length === 0) return this.empty();
    const alone = this.place?.path[1];
    if (alone !== undefined) return html`<gcam-camera-view camera-id=${alone}></gcam-camera-view>`;
    return html`<h1 class="hidden" ${heading()}>${t("title")}</h1>
      ${cameras.length > 1 ? this.tools(cameras) : nothing} ${this.arranged(this.shown)}`;
  }

  private empty(): unknown {
    return html`<gcam-empty .icon=${mdiCctv} .heading=${t("no_cameras")} .text=${t("no_cameras_text")}>
      ${may("configure") ? html`<a class="button brand" href=${hashOf("cameras", { add: 1 })}>${t("add_camera")}</a>` : nothing}
    </gcam-empty>`;
  }

  /** Those of the address's group. */
  private get shown(): readonly Camera[] {
    return camerasIn(this.gcam.value.cameras ?? [], this.place?.query.get("group") ?? undefined);
  }

  private tools(cameras: readonly Camera[]): unknown {
    return html`<div class="tools" role="group" aria-label=${t("layout")}>
      ${this.groups(groupsOf(cameras))}
      ${LAYOUTS.map(
        (name) =>
          html`<button
            type="button"
            class="button small ${name === this.layout ? "filled" : "plain"}"
            aria-pressed=${name === this.layout ? "true" : "false"}
            aria-label=${t(`layouts.${name}`)}
            title=${t(`layouts.${name}`)}
            @click=${() => this.arrange(name)}
          >
            <gcam-icon .path=${ICONS[name]}></gcam-icon>
          </button>`,
      )}
      <a class="button small plain" href=${this.kioskAddress()} aria-label=${t("kiosk")} title=${t("kiosk")}
        ><gcam-icon .path=${mdiMonitorDashboard}></gcam-icon
      ></a>
    </div>`;
  }

  private groups(groups: readonly string[]): unknown {
    if (groups.length === 0) return nothing;
    const chosen = this.place?.query.get("group") ?? undefined;
    return html`<div class="groups" role="group" aria-label=${t("group")}>
      ${[undefined, ...groups].map(
        (group) =>
          html`<button
            type="button"
            class="button small ${group === chosen ? "filled" : "plain"}"
            aria-pressed=${group === chosen ? "true" : "false"}
            @click=${() => replace("live", { group })}
          >
            ${group ?? t("all_cameras")}
          </button>`,
      )}
    </div>`;
  }

  private kioskAddress(): string {
    return hashOf("kiosk", { group: this.place?.query.get("group") ?? undefined });
  }

  private arranged(cameras: readonly Camera[]): unknown {
    if (this.layout === "grid") return html`<gcam-camera-grid .cameras=${cameras}></gcam-camera-grid>`;
    const large = largeOne(cameras, this.chosen);
    if (!large) return nothing;
    const others = this.layout === "large" ? cameras.filter((camera) => camera !== large) : [];
    return html`<div class=${others.length ? "split" : "single"}>
      <gcam-camera-tile class="large" .camera=${large}></gcam-camera-tile>
      ${others.length
        ? html`<div class="others">
            ${repeat(
              others,
              ({ id }) => id,
              (camera) =>
                html`<gcam-camera-tile .camera=${camera} @click=${(event: Event) => this.enlarge(event, camera.id)}></gcam-camera-tile>`,
            )}
          </div>`
        : nothing}
    </div>`;
  }

  private arrange(layout: Layout): void {
    this.layout = layout;
    keep(CHOICE_KEY, layout);
  }

  /** Among the others a click enlarges; the large one leads to the camera. */
  private enlarge(event: Event, id: string): void {
    event.preventDefault();
    this.chosen = id;
  }
}
