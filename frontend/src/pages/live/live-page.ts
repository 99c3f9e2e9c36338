/** All cameras at once: as a grid, one large with the others, or one after the other. `#/live/<id>`: one alone. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import { mdiCctv, mdiGridLarge, mdiSync, mdiViewSplitVertical } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";
import "../../components/empty.js";
import { words } from "../../i18n/i18n.js";
import type { Place } from "../../router.js";
import { hashOf } from "../../router.js";
import { gcam, type Camera } from "../../state/gcam.js";
import { may } from "../../state/session.js";
import { Follow } from "../../state/store.js";
import "./camera-tile.js";
import "./camera-view.js";
import { bestColumns, largeOne, LAYOUTS, nextOne, tileWidth, type Box, type Layout } from "./layout.js";
import { livePageStyles } from "./live-page.styles.js";

const t = words("live");
const CHOICE_KEY = "gcam-live-layout";
const CYCLE_MS = 8000;
const GAP_PX = 12;
const CAPTION_PX = 40;
const ICONS: Record<Layout, string> = { grid: mdiGridLarge, large: mdiViewSplitVertical, cycle: mdiSync };

@customElement("gcam-live-page")
export class LivePage extends LitElement {
  static override styles = livePageStyles;

  @property({ attribute: false }) place: Place | undefined;
  @state() private layout: Layout = LAYOUTS.find((name) => name === localStorage.getItem(CHOICE_KEY)) ?? "grid";
  @state() private chosen: string | undefined;
  @state() private box: Box = { width: 0, height: 0 };
  private readonly gcam = new Follow(this, gcam);
  private turning: ReturnType<typeof setInterval> | undefined;
  private readonly sizes = new ResizeObserver(() => {
    const tools = this.renderRoot.querySelector(".tools")?.clientHeight ?? 0;
    const style = getComputedStyle(this);
    const [x, y] = [parseFloat(style.paddingLeft) * 2, parseFloat(style.paddingTop) * 2];
    this.box = { width: this.clientWidth - x, height: this.clientHeight - y - tools - GAP_PX };
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
    this.turning = setInterval(() => {
      if (this.layout === "cycle") this.chosen = nextOne(this.gcam.value.cameras ?? [], this.chosen);
    }, CYCLE_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
    clearInterval(this.turning);
  }

  protected override render(): unknown {
    const { cameras } = this.gcam.value;
    if (!cameras) return nothing;
    if (cameras.length === 0) return this.empty();
    const alone = this.place?.path[1];
    if (alone !== undefined) return html`<gcam-camera-view camera-id=${alone}></gcam-camera-view>`;
    return html`<h1 class="hidden">${t("title")}</h1>
      ${cameras.length > 1 ? this.tools() : nothing} ${this.arranged(cameras)}`;
  }

  private empty(): unknown {
    return html`<gcam-empty .icon=${mdiCctv} .heading=${t("no_cameras")} .text=${t("no_cameras_text")}>
      ${may("configure") ? html`<wa-button variant="brand" href=${hashOf(["cameras"], { add: 1 })}>${t("add_camera")}</wa-button>` : nothing}
    </gcam-empty>`;
  }

  private tools(): unknown {
    return html`<div class="tools" role="group" aria-label=${t("layout")}>
      ${LAYOUTS.map(
        (name) =>
          html`<wa-button
            size="s"
            appearance=${name === this.layout ? "filled" : "plain"}
            aria-pressed=${name === this.layout ? "true" : "false"}
            aria-label=${t(`layouts.${name}`)}
            title=${t(`layouts.${name}`)}
            @click=${() => this.arrange(name)}
            ><gcam-icon .path=${ICONS[name]}></gcam-icon
          ></wa-button>`,
      )}
    </div>`;
  }

  private arranged(cameras: readonly Camera[]): unknown {
    if (this.layout === "grid") return this.grid(cameras);
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

  private grid(cameras: readonly Camera[]): unknown {
    const size = cameras[0]?.state?.size;
    const aspect = size ? size.width / size.height : 4 / 3;
    const columns = bestColumns(cameras.length, this.box, aspect, GAP_PX, CAPTION_PX);
    const width = Math.floor(tileWidth(cameras.length, columns, this.box, aspect, GAP_PX, CAPTION_PX));
    return html`<div class="grid" style=${styleMap({ "--columns": String(columns), "--tile": `${width}px`, "--aspect": String(aspect) })}>
      ${repeat(
        cameras,
        ({ id }) => id,
        (camera) => html`<gcam-camera-tile .camera=${camera}></gcam-camera-tile>`,
      )}
    </div>`;
  }

  private arrange(layout: Layout): void {
    this.layout = layout;
    localStorage.setItem(CHOICE_KEY, layout);
  }

  /** Among the others a click enlarges; the large one leads to the camera. */
  private enlarge(event: Event, id: string): void {
    event.preventDefault();
    this.chosen = id;
  }
}
