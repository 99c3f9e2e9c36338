/** Looks of the playback page. */
import { css } from "lit";
import { buttons } from "../../styles/buttons.js";
import { unseen } from "../../styles/unseen.js";

export const playbackPageStyles = css`
  ${buttons}
  .head,
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--wa-space-xs) var(--wa-space-m);
    margin-block-end: var(--wa-space-s);
  }
  .bar {
    justify-content: space-between;
    margin-block: var(--wa-space-xs);
  }
  h1 {
    ${unseen}
  }
  gcam-playback-stage {
    display: block;
    height: min(56dvh, 46rem);
    min-height: 12rem;
  }
  gcam-clip-actions {
    min-height: 2.4rem; /* what it holds comes with the first recording */
  }
  gcam-playback-stage:fullscreen {
    height: 100%;
  }
  .end {
    display: flex;
    align-items: center;
    gap: var(--wa-space-xs);
    margin-inline-start: auto;
  }
  .in-step {
    display: flex;
    align-items: center;
    gap: var(--wa-space-xs);
    min-height: 2.4rem;
    cursor: pointer;
  }
  .in-step input {
    width: 1.2em;
    height: 1.2em;
    margin: 0;
    accent-color: var(--wa-color-brand-fill-loud);
  }
  .in-step input:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: 2px;
  }
  .note {
    color: var(--wa-color-text-quiet);
    font-size: var(--wa-font-size-s);
    margin: 0;
  }
  @media (max-width: 40rem) {
    gcam-playback-stage {
      height: min(75vw, 45dvh);
    }
    .head,
    .bar {
      justify-content: space-between;
      gap: var(--wa-space-2xs);
    }
    .bar {
      justify-content: center;
    }
    gcam-day-picker,
    gcam-playback-controls,
    gcam-clip-actions {
      flex: 1 1 100%;
    }
  }
`;
