import { css } from "lit";

/** Fields of the browser's own, large enough for a finger; with less than 16 pixels a phone would zoom in. */
export const fields = css`
  input,
  select {
    box-sizing: border-box;
    width: 100%;
    min-height: 2.75rem;
    padding: 0 var(--wa-space-s);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-m);
    background: var(--wa-color-surface-default);
    color: var(--wa-color-text-normal);
    font: inherit;
    font-size: max(1rem, 16px);
  }
`;
