/** What the parts of the cameras page share. */
import { css } from "lit";
import { unseen } from "../../styles/unseen.js";

export const camerasStyles = css`
  h1,
  h2 {
    margin: 0;
    overflow-wrap: anywhere;
  }
  h1 {
    font-size: var(--wa-font-size-xl);
  }
  h2 {
    font-size: var(--wa-font-size-l);
  }
  p {
    margin: 0;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--wa-space-s);
    margin-block-end: var(--wa-space-m);
  }
  .head h1 {
    flex: 1 1 10rem;
  }
  .panel {
    display: grid;
    gap: var(--wa-space-m);
    padding: var(--wa-space-m);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    background: var(--wa-color-surface-raised);
  }
  .fields {
    display: grid;
    gap: var(--wa-space-m);
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr));
    align-items: start;
  }
  .wide {
    grid-column: 1 / -1;
  }
  .columns {
    display: grid;
    gap: var(--gcam-page-gap);
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
    align-items: start;
  }
  .columns > * {
    min-width: 0;
  }
  .stack {
    display: grid;
    gap: var(--wa-space-m);
  }
  .foot {
    margin-block-start: var(--wa-space-m);
  }
  .quiet {
    color: var(--wa-color-text-quiet);
    font-size: var(--wa-font-size-s);
  }
  .wrong::part(hint) {
    color: var(--wa-color-danger-on-quiet);
    font-weight: 600;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: var(--wa-space-s);
    align-items: center;
  }
  img,
  gcam-live-picture {
    display: block;
    width: 100%;
    border-radius: var(--wa-border-radius-m);
    background: #000;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: var(--wa-space-s);
  }
  .back {
    display: inline-flex;
    padding: var(--wa-space-xs);
    border-radius: var(--wa-border-radius-m);
    color: var(--wa-color-text-normal);
  }
  .back:focus-visible {
    outline: var(--wa-focus-ring);
  }
  .unseen {
    ${unseen}
    white-space: nowrap;
  }
  a {
    color: var(--wa-color-brand-on-quiet);
  }
  fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: var(--wa-space-s) var(--wa-space-m);
    align-items: center;
    min-width: 0;
    margin: 0;
    padding: var(--wa-space-s);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-m);
  }
  fieldset label {
    display: inline-flex;
    gap: 0.5em;
    align-items: center;
    min-height: 2rem;
  }
  input[type="checkbox"] {
    width: 1.15rem;
    height: 1.15rem;
    margin: 0;
    accent-color: var(--wa-color-brand-fill-loud);
  }
`;
