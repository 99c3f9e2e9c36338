import { css } from "lit";

export const cameraViewStyles = css`
  header {
    display: flex;
    align-items: center;
    gap: var(--wa-space-xs);
    margin-block-end: var(--wa-space-s);
  }
  .back {
    padding: var(--wa-space-xs);
    color: inherit;
  }
  h1 {
    margin: 0;
    font-size: var(--wa-font-size-xl);
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .status {
    white-space: nowrap;
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    margin-inline-start: auto;
    --look: var(--gcam-disabled);
  }
  .status::before {
    content: "";
    width: 0.7em;
    height: 0.7em;
    border-radius: 50%;
    background: var(--look);
  }
  [data-look="connected"] {
    --look: var(--gcam-connected);
  }
  [data-look="motion"] {
    --look: var(--gcam-motion);
  }
  [data-look="recording"] {
    --look: var(--gcam-recording);
  }
  [data-look="reconnecting"] {
    --look: var(--gcam-reconnecting);
  }
  [data-look="lost"],
  [data-look="unseeing"] {
    --look: var(--gcam-lost);
  }
  [data-look="privacy"] {
    --look: var(--gcam-privacy);
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(16rem, 20rem);
    gap: var(--wa-space-l);
    align-items: start;
  }
  .stage {
    position: relative;
    background: #000;
    border-radius: var(--wa-border-radius-l);
    overflow: hidden;
  }
  gcam-zoom-frame,
  .picture {
    height: min(calc(100dvh - 11rem), (100vw - 37rem) * 0.75);
  }
  .stage:fullscreen gcam-zoom-frame,
  .stage:fullscreen .picture {
    height: 100vh;
  }
  .why {
    position: absolute;
    inset: auto 0 0;
    margin: 0;
    padding: var(--wa-space-s);
    color: #e2e8f0;
    background: rgb(15 23 42 / 0.85);
    pointer-events: none;
  }
  .why:empty {
    padding: 0; /* there before it speaks, or it is not read aloud */
  }
  .buttons,
  .switches {
    display: flex;
    flex-wrap: wrap;
    gap: var(--wa-space-s);
    margin-block: var(--wa-space-s);
  }
  .switches {
    flex-direction: column;
    margin-block-start: 0;
  }
  .buttons .quiet {
    flex-basis: 100%;
    margin: 0;
    color: var(--wa-color-text-quiet);
    font-size: var(--wa-font-size-s);
  }
  aside {
    display: grid;
    gap: var(--wa-space-m);
  }
  @media (max-width: 900px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
    gcam-zoom-frame,
    .picture {
      height: 75vw;
    }
  }
`;
