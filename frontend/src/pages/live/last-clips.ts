/** `<gcam-last-clips>`: a camera's newest recordings, leading to their playback. New ones come by themselves. */
import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { api, ask, urlOf, type Schemas } from "../../api/client.js";
import { Latest, tooLate } from "../../api/latest.js";
import { duration, time } from "../../i18n/format.js";
import { words } from "../../i18n/i18n.js";
import { onEvent } from "../../state/gcam.js";
import { hashOf } from "../../routes.js";

type Clip = Schemas["Clip"];
const t = words("live");
const MOST = 6;

@customElement("gcam-last-clips")
export class LastClips extends LitElement {
  static override styles = css`
    h2 {
      margin: 0 0 var(--wa-space-xs);
      font-size: var(--wa-font-size-m);
    }
    p {
      margin: 0;
      color: var(--wa-color-text-quiet);
    }
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr));
      gap: var(--wa-space-s);
      margin: 0;
      padding: 0;
      list-style: none;
    }
    a {
      display: block;
      color: inherit;
      font-size: var(--wa-font-size-xs);
      text-decoration: none;
    }
    img {
      display: block;
      width: 100%;
      aspect-ratio: 4 / 3;
      object-fit: cover;
      border-radius: var(--wa-border-radius-m);
      background: #000;
    }
  `;

  @property({ attribute: "camera-id" }) cameraId = "";
  @state() private clips: readonly Clip[] = [];
  private readonly asking = new Latest();
  private end: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = onEvent((event) => {
      if (event.type === "clip_ready" && event.clip.camera_id === this.cameraId) this.clips = [event.clip, ...this.clips].slice(0, MOST);
      if (event.type === "hello") void this.load(); // whatever came meanwhile is not in here
      if (event.type === "clip_removed") this.clips = this.clips.filter(({ id }) => id !== event.clip_id);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
    this.asking.end();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("cameraId")) void this.load();
  }

  protected override render(): unknown {
    return html`<h2>${t("last_clips")}</h2>
      ${this.clips.length === 0
        ? html`<p>${t("no_clips")}</p>`
        : html`<ul>
            ${this.clips.map(
              (clip) =>
                html`<li>
                  <a href=${hashOf("playback", { clip: clip.id })}>
                    <img src=${urlOf(`/api/v1/clips/${clip.id}/thumbnail.jpg`)} alt="" loading="lazy" />
                    ${time(clip.started_at)} · ${duration(clip.duration_s)}
                  </a>
                </li>`,
            )}
          </ul>`}`;
  }

  private async load(): Promise<void> {
    const { signal } = this.asking.again();
    const query = { camera: [this.cameraId], limit: MOST };
    const answer = await ask(api.GET("/api/v1/clips", { params: { query }, signal }));
    if (answer.ok && !tooLate(signal)) this.clips = answer.value.clips;
  }
}
