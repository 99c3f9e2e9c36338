/**
 * `<gcam-shape-list>`: the zones and masks as a list, with names, and buttons that add and remove. Says what is wanted
 * by `shape-added` (a kind), `shape-changed` (a `Shape`), `shape-selected` and `shape-removed` (an id).
 */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { mdiDeleteOutline, mdiEyeOffOutline, mdiPlus, mdiSelectionOff, mdiVectorPolygon } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import "../../components/icon.js";
import { words } from "../../i18n/i18n.js";
import { unseen } from "../../styles/unseen.js";
import { DETECTION } from "../../api/limits.js";
import type { Kind, Shape } from "./draft.js";
import { nameOf } from "./polygon-editor.js";

const t = words("tune");
const KINDS: readonly { kind: Kind; icon: string }[] = [
  { kind: "zone", icon: mdiVectorPolygon },
  { kind: "mask", icon: mdiSelectionOff },
  { kind: "privacy", icon: mdiEyeOffOutline },
];

@customElement("gcam-shape-list")
export class ShapeList extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      gap: var(--wa-space-m);
    }
    header {
      display: flex;
      align-items: center;
      gap: var(--wa-space-xs);
    }
    h3 {
      font-size: var(--wa-font-size-m);
      margin: 0;
      flex: 1;
    }
    p {
      margin: var(--wa-space-3xs) 0 var(--wa-space-xs);
      color: var(--wa-color-text-quiet);
      font-size: var(--wa-font-size-s);
    }
    ul {
      list-style: none;
      margin: 0;
      padding: 0;
      display: grid;
      gap: var(--wa-space-2xs);
    }
    li {
      display: flex;
      align-items: center;
      gap: var(--wa-space-2xs);
      border-radius: var(--wa-border-radius-m);
      border-inline-start: 3px solid transparent;
      padding-inline-start: var(--wa-space-xs);
    }
    li.selected {
      background: var(--wa-color-brand-fill-quiet);
      border-color: var(--wa-color-brand-border-loud);
    }
    wa-input,
    .pick {
      flex: 1;
      min-width: 0;
    }
    .pick::part(base) {
      justify-content: start;
    }
    wa-input::part(form-control-label),
    .hidden {
      ${unseen}
      white-space: nowrap;
    }
    .wrong {
      color: var(--wa-color-danger-on-quiet);
      font-size: var(--wa-font-size-s);
      margin: 0;
    }
  `;

  /** The camera sends H.264 or H.265, which is copied as long as nothing is blackened in it. */
  @property({ type: Boolean }) compressed = false;
  @property({ attribute: false }) shapes: readonly Shape[] = [];
  @property({ attribute: false }) selected: number | undefined;
  /** Ids of zones whose name can't be saved. */
  @property({ attribute: false }) wrong: ReadonlySet<number> = new Set();

  protected override render(): unknown {
    return KINDS.map(({ kind, icon }) => this.section(kind, icon));
  }

  private section(kind: Kind, icon: string): unknown {
    const shapes = this.shapes.filter((shape) => shape.kind === kind);
    return html`<section>
      <header>
        <gcam-icon .path=${icon}></gcam-icon>
        <h3>${t(`${kind}_title`)}</h3>
        <wa-button size="s" appearance="outlined" ?disabled=${shapes.length >= DETECTION.zones.most}
          @click=${() => this.say("shape-added", kind)}>
          <gcam-icon slot="start" .path=${mdiPlus}></gcam-icon>${t(`${kind}_add`)}
        </wa-button>
      </header>
      <p>${t(`${kind}_text`)}</p>
      ${kind === "privacy" && this.compressed ? html`<p>${t("privacy_cost")}</p>` : nothing}
      ${shapes.length > 0 ? html`<ul>${repeat(shapes, ({ id }) => id, (shape) => this.row(shape))}</ul>` : nothing}
      ${shapes.some(({ id }) => this.wrong.has(id)) ? html`<p class="wrong" role="alert">${t("wrong_name")}</p>` : nothing}
    </section>`;
  }

  private row(shape: Shape): unknown {
    const name = nameOf(shape, this.shapes);
    return html`<li class=${shape.id === this.selected ? "selected" : ""} @focusin=${() => this.say("shape-selected", shape.id)}>
      ${shape.kind === "zone"
        ? html`<wa-input size="s" label=${t("zone_name")} class="named" maxlength=${DETECTION.zones_name.maxlength} .value=${shape.name}
            @input=${(event: InputEvent) =>
              this.say("shape-changed", { ...shape, name: (event.target as HTMLInputElement).value })}></wa-input>`
        : html`<wa-button class="pick" size="s" appearance="plain" aria-pressed=${shape.id === this.selected}
            @click=${() => this.say("shape-selected", shape.id)}>${name}</wa-button>`}
      <wa-button size="s" appearance="plain" variant="danger" @click=${() => this.say("shape-removed", shape.id)}>
        <gcam-icon .path=${mdiDeleteOutline}></gcam-icon><span class="hidden">${t("remove", { name })}</span>
      </wa-button>
    </li>`;
  }

  private say(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-shape-list": ShapeList;
  }
}
