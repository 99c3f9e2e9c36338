/** What the parts of this page share. */
import { css } from "lit";
import { buttons } from "../../styles/buttons.js";
import { choices } from "../../styles/choices.js";

export const alertsStyles = css`
  ${buttons}
  ${choices}
  :host {
    display: grid;
    gap: var(--wa-space-m);
  }
  h2,
  p {
    margin: 0;
  }
  h2 {
    font-size: var(--wa-font-size-l);
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: var(--wa-space-s);
  }
  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--wa-space-s);
    padding: var(--wa-space-s) var(--wa-space-m);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    background: var(--wa-color-surface-raised);
  }
  .what {
    flex: 1 1 16rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .what strong,
  .what small {
    display: block;
  }
  small,
  .quiet {
    color: var(--wa-color-text-quiet);
  }
  .bad {
    color: var(--wa-color-danger-on-quiet);
  }
  .good {
    color: var(--wa-color-success-on-quiet);
  }
  .actions,
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: var(--wa-space-xs);
  }
  form {
    display: grid;
    gap: var(--wa-space-m);
  }
  fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: var(--wa-space-xs) var(--wa-space-m);
    margin: 0;
    padding: 0;
    border: none;
  }
  legend {
    padding: 0;
    margin-block-end: var(--wa-space-2xs);
    font-size: var(--wa-font-size-s);
    font-weight: var(--wa-form-control-label-font-weight);
  }
  fieldset small {
    flex-basis: 100%;
  }
  [hidden] {
    display: none;
  }
  .field {
    font: inherit;
    min-height: var(--wa-form-control-height);
    box-sizing: border-box;
    padding: 0 0.75em;
    color: var(--wa-color-text-normal);
    background: var(--wa-form-control-background-color);
    border: 1px solid var(--wa-form-control-border-color);
    border-radius: var(--wa-border-radius-m);
  }
  .field:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: var(--wa-focus-ring-offset);
  }
`;
