/** Looks of the list of recordings. */
import { css } from "lit";

export const clipListStyles = css`
  :host {
    display: block;
  }
  h2 {
    margin: var(--wa-space-m) 0 var(--wa-space-xs);
    font-size: var(--wa-font-size-m);
  }
  h2 small {
    font-weight: 400;
    color: var(--wa-color-text-quiet);
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: var(--wa-space-xs);
    grid-template-columns: repeat(auto-fill, minmax(min(10rem, 45%), 1fr));
  }
  .tile {
    display: block;
    box-sizing: border-box;
    width: 100%;
    padding: 0;
    border: 2px solid transparent;
    border-radius: var(--wa-border-radius-m);
    overflow: hidden;
    background: var(--wa-color-surface-lowered);
    color: inherit;
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  .tile:hover {
    border-color: var(--wa-color-brand-border-normal);
  }
  .tile:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: 1px;
  }
  .tile[aria-current="true"] {
    border-color: var(--wa-color-brand-fill-loud);
  }
  .tile.chosen {
    border-color: var(--gcam-recording);
    background: var(--wa-color-danger-fill-quiet);
  }
  .picture {
    position: relative;
    display: block;
    aspect-ratio: 4 / 3;
    background: #000;
  }
  .length,
  .mark {
    position: absolute;
    bottom: 4px;
    right: 4px;
    padding: 0 5px;
    border-radius: 4px;
    background: rgb(0 0 0 / 75%);
    color: #fff;
    font-size: var(--wa-font-size-s);
    font-variant-numeric: tabular-nums;
  }
  .mark {
    inset: 4px 4px auto auto;
    padding: 2px;
  }
  .when,
  .facts {
    display: block;
    padding: 2px 6px;
    font-size: var(--wa-font-size-s);
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .when {
    font-variant-numeric: tabular-nums;
  }
  .when b {
    margin-inline-start: 0.6em;
  }
  .facts {
    padding-block: 0 4px;
    color: var(--wa-color-text-quiet);
  }
  .facts gcam-icon {
    vertical-align: -0.15em;
  }
  .person {
    color: var(--gcam-person);
  }
  .vehicle {
    color: var(--gcam-vehicle);
  }
  .animal {
    color: var(--gcam-animal);
  }
`;
