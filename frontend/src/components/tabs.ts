/**
 * `<gcam-tabs .tabs=${[["logs", "Log"]]} chosen="logs">` above what the chosen tab shows; `gcam-tab` with another's name, by
 * press or arrow key. What is shown of each is its page's to say.
 */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

@customElement("gcam-tabs")
export class GcamTabs extends LitElement {
  static override styles = css`
    :host {
      display: block;
    }
    [role="tablist"] {
      display: flex;
      overflow-x: auto;
      scrollbar-width: none;
      box-shadow: inset 0 -2px var(--wa-color-neutral-fill-normal);
    }
    [role="tab"] {
      padding: 1em 1.5em;
      border: 0;
      background: none;
      color: var(--wa-color-neutral-on-quiet);
      font: inherit;
      font-weight: var(--wa-font-weight-action);
      white-space: nowrap;
      cursor: pointer;
    }
    [aria-selected="true"] {
      color: var(--wa-color-brand-on-quiet);
      box-shadow: inset 0 -2px var(--wa-color-brand-fill-loud);
    }
    [role="tab"]:focus-visible {
      outline: var(--wa-focus-ring);
      outline-offset: -5px;
    }
    [role="tabpanel"] {
      padding-block: var(--wa-space-xl);
    }
    @media (max-width: 700px) {
      [role="tablist"] {
        flex-wrap: wrap; /* nothing to scroll */
      }
      [role="tab"] {
        padding-inline: var(--wa-space-s);
      }
    }
  `;

  /** Name and what it is called, in order. */
  @property({ attribute: false }) tabs: readonly (readonly [string, string])[] = [];
  @property() chosen = "";

  protected override render(): unknown {
    return html`<div role="tablist" @keydown=${this.keyed}>
        ${this.tabs.map(
          ([name, label]) =>
            html`<button
              type="button"
              role="tab"
              id=${`tab-${name}`}
              aria-controls="panel"
              aria-selected=${name === this.chosen ? "true" : "false"}
              tabindex=${name === this.chosen ? 0 : -1}
              @click=${() => this.choose(name)}
            >
              ${label}
            </button>`,
        )}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby=${`tab-${this.chosen}`}><slot></slot></div>`;
  }

  private readonly keyed = async (event: KeyboardEvent): Promise<void> => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const names = this.tabs.map(([name]) => name);
    const next = names[bounded(names.indexOf(this.chosen) + step, names.length)];
    if (next === undefined) return;
    this.choose(next);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };

  private choose(name: string): void {
    if (name !== this.chosen) this.dispatchEvent(new CustomEvent("gcam-tab", { detail: name }));
  }
}

/** From the last on to the first and back; `Home` and `End` stay. */
function bounded(index: number, count: number): number {
  return Number.isFinite(index) ? (index + count) % count : index < 0 ? 0 : count - 1;
}

declare global {
  interface HTMLElementTagNameMap {
    "gcam-tabs": GcamTabs;
  }
}
