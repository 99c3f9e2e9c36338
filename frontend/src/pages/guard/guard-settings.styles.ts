/** What the forms of the guard's settings share. */
import { css } from "lit";
import { buttons } from "../../styles/buttons.js";
import { choices } from "../../styles/choices.js";

export const settingsStyles = css`
  ${buttons}
  ${choices}
  :host,
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--wa-space-m);
  }
  :host {
    max-width: 52rem;
  }
  h2,
  h3,
  p,
  ul {
    margin: 0;
  }
  h2 {
    margin-block-start: var(--wa-space-m);
    font-size: var(--wa-font-size-l);
  }
  ul {
    padding: 0;
    list-style: none;
  }
  .card,
  li {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--wa-space-s);
    padding: var(--wa-space-m);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    background: var(--wa-color-surface-raised);
  }
  summary {
    cursor: pointer;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  details[open] > summary {
    margin-block-end: var(--wa-space-m);
  }
  summary small,
  .quiet {
    color: var(--wa-color-text-quiet);
    font-weight: 400;
  }
  fieldset {
    display: grid;
    gap: var(--wa-space-xs);
    margin: 0;
    padding: 0;
    border: none;
  }
  legend {
    margin-block-end: var(--wa-space-2xs);
    padding: 0;
    font-weight: 600;
  }
  .row,
  .days {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: var(--wa-space-xs) var(--wa-space-m);
  }
  .watch {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--wa-space-2xs) var(--wa-space-m);
    min-height: var(--wa-form-control-height);
  }
  .zone {
    padding-inline-start: var(--wa-space-l);
  }
  .check {
    display: inline-flex;
    align-items: center;
    gap: 0.6em;
    min-height: 2.25rem;
  }
  input[type="checkbox"] {
    width: 1.15em;
    height: 1.15em;
    accent-color: var(--wa-color-brand-fill-loud);
  }
  input:not([type="checkbox"]) {
    box-sizing: border-box;
    min-height: var(--wa-form-control-height);
    padding-inline: 0.75em;
    font: inherit;
    font-weight: var(--wa-form-control-value-font-weight);
    color: var(--wa-color-text-normal);
    background: var(--wa-form-control-background-color);
    border: 1px solid var(--wa-form-control-border-color);
    border-radius: var(--wa-border-radius-m);
  }
  input[type="number"] {
    width: 7rem;
  }
  input:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: var(--wa-focus-ring-offset);
  }
  .problem {
    padding: var(--wa-space-xs) var(--wa-space-s);
    border-radius: var(--wa-border-radius-m);
    color: var(--wa-color-danger-on-normal);
    background: var(--wa-color-danger-fill-normal);
  }
`;
