/** `#/cameras`, `#/cameras?add`, `#/cameras/<id>`: the cameras there are, a new one, one of them. */
import { mdiCctvOff } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import "../../components/empty.js";
import { words } from "../../i18n/i18n.js";
import type { Place } from "../../router.js";
import { hashOf } from "../../routes.js";
import { loadPart } from "../../parts.js";
import { gcam } from "../../state/gcam.js";
import { Follow } from "../../state/store.js";
import "./camera-list.js";

const t = words("cameras");

@customElement("gcam-cameras-page")
export class CamerasPage extends LitElement {
  @property({ attribute: false }) place: Place | undefined;
  private readonly gcam = new Follow(this, gcam);

  /** What is not the list comes when it is wanted. */
  protected override willUpdate(): void {
    if (this.place?.path[1] !== undefined) void loadPart(() => import("./edit-camera.js"));
    else if (this.place?.query.has("add")) void loadPart(() => import("./add-camera.js"));
  }

  protected override render(): unknown {
    const { cameras } = this.gcam.value;
    if (!cameras || !this.place) return nothing;
    const id = this.place.path[1];
    if (id === undefined)
      return this.place.query.has("add")
        ? html`<gcam-add-camera .cameras=${cameras} at=${this.place.query.get("at") ?? ""} called=${this.place.query.get("called") ?? ""}></gcam-add-camera>`
        : html`<gcam-camera-list .cameras=${cameras}></gcam-camera-list>`;
    const camera = cameras.find((one) => one.id === id);
    if (!camera)
      return html`<gcam-empty .icon=${mdiCctvOff} .heading=${t("gone")}><a href=${hashOf("cameras")}>${t("to_list")}</a></gcam-empty>`;
    return keyed(id, html`<gcam-edit-camera .camera=${camera}></gcam-edit-camera>`);
  }
}
