/** `<select>` as it looks everywhere, for few choices; `<label class="choice">` above one. */
import { css } from "lit";

export const choices = css`
  .choice {
    display: grid;
    grid-template-columns: minmax(0, 1fr); /* as wide as its label, whatever is to choose from */
    gap: 0.5em;
    font-size: var(--wa-font-size-s);
    font-weight: var(--wa-form-control-label-font-weight);
  }
  select {
    font: inherit;
    font-weight: var(--wa-form-control-value-font-weight);
    padding: 0.4em 0.5em;
    color: var(--wa-color-text-normal);
    background: var(--wa-form-control-background-color);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-m);
  }
  .choice select {
    min-height: var(--wa-form-control-height);
    padding-inline: 0.75em;
    border-color: var(--wa-form-control-border-color);
  }
  select:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: var(--wa-focus-ring-offset);
  }
`;
