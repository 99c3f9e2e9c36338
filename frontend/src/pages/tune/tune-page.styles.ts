/** Looks of the tune page: picture and score beside the settings, or above them on a phone. */
import { css } from "lit";

export const tunePageStyles = css`
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--wa-space-xs) var(--wa-space-m);
    margin-block-end: var(--wa-space-s);
  }
  h1 {
    font-size: var(--wa-font-size-xl);
    margin: 0;
    flex: 1 1 12rem;
    overflow-wrap: anywhere;
  }
  h2 {
    font-size: var(--wa-font-size-l);
    margin: 0 0 var(--wa-space-s);
  }
  .columns {
    display: grid;
    gap: var(--gcam-page-gap);
    grid-template-columns: minmax(0, 1fr);
  }
  .stage {
    position: relative;
    margin-inline: auto;
    width: 100%;
    background: #000;
    border-radius: var(--wa-border-radius-m);
    overflow: hidden;
  }
  .stage gcam-live-picture {
    width: 100%;
    height: 100%;
  }
  .veil {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    padding: var(--wa-space-m);
    text-align: center;
    pointer-events: none;
  }
  .veil span {
    padding: var(--wa-space-s) var(--wa-space-m);
    border-radius: var(--wa-border-radius-m);
    color: #fff;
    background: #000;
    outline: 1px solid #64748b;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--wa-space-xs) var(--wa-space-s);
    margin-block: var(--wa-space-xs);
  }
  .verdict {
    display: flex;
    align-items: center;
    gap: var(--wa-space-xs);
    min-height: 2lh;
    margin: 0;
    font-weight: 600;
  }
  .verdict::before {
    content: "";
    flex: none;
    width: 0.8em;
    height: 0.8em;
    border-radius: 50%;
    background: var(--gcam-disabled);
  }
  .verdict.moving::before {
    background: var(--gcam-motion);
  }
  .named {
    margin: 0 0 var(--wa-space-xs);
    min-height: 1lh;
    font-size: var(--wa-font-size-s);
    color: var(--wa-color-text-quiet);
  }
  .reasons {
    list-style: none;
    margin: var(--wa-space-xs) 0 0;
    padding: 0;
    min-height: 9lh;
    font-size: var(--wa-font-size-s);
    color: var(--wa-color-text-quiet);
  }
  .reasons .moving {
    color: var(--wa-color-text-normal);
  }
  .reasons time {
    font-variant-numeric: tabular-nums;
    margin-inline-end: var(--wa-space-xs);
  }
  .panel {
    background: var(--wa-color-surface-raised);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    padding: var(--wa-space-m);
    margin-block-end: var(--gcam-page-gap);
  }
  .foot {
    position: sticky;
    bottom: 0;
    z-index: 2;
    display: flex;
    justify-content: end;
    align-items: center;
    gap: var(--wa-space-xs);
    padding: var(--wa-space-s);
    margin-inline: calc(-1 * var(--gcam-page-gap));
    margin-block-end: calc(-1 * var(--gcam-page-gap));
    background: var(--wa-color-surface-raised);
    border-block-start: 1px solid var(--wa-color-surface-border);
  }
  .foot span {
    margin-inline-end: auto;
  }
  @media (max-width: 999px) and (min-height: 700px) {
    .stage {
      position: sticky;
      top: calc(-1 * var(--gcam-page-gap));
      z-index: 1;
    }
    .seen,
    .columns {
      display: contents;
    }
    gcam-score-chart {
      margin-block-end: var(--gcam-page-gap);
    }
  }
  @media (min-width: 1000px) {
    .columns {
      grid-template-columns: minmax(0, 1.6fr) minmax(20rem, 1fr);
    }
    .stage {
      position: sticky; /* whatever is chosen beside it is seen on it */
      top: 0;
      z-index: 1;
    }
  }
`;
