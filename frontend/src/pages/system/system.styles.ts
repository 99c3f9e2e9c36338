/** What the parts of this page share. */
import { css } from "lit";

export const systemStyles = css`
  :host {
    display: grid;
    gap: var(--wa-space-m);
  }
  section {
    display: grid;
    gap: var(--wa-space-s);
    padding: var(--wa-space-m);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    background: var(--wa-color-surface-raised);
    min-width: 0;
  }
  h2 {
    margin: 0;
    font-size: var(--wa-font-size-m);
  }
  p {
    margin: 0;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: var(--wa-space-s);
  }
  .judged {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 var(--wa-space-s);
    overflow-wrap: anywhere;
  }
  .judged > gcam-icon {
    grid-row: span 3;
    margin-block-start: 0.1em;
  }
  .judged > * {
    grid-column: 2;
  }
  .judged > gcam-icon {
    grid-column: 1;
  }
  .ok gcam-icon {
    color: var(--gcam-connected);
  }
  .warning gcam-icon,
  .warning .word {
    color: var(--gcam-reconnecting);
  }
  .problem gcam-icon,
  .problem .word,
  .error gcam-icon,
  .error .word {
    color: var(--gcam-lost);
  }
  small,
  .quiet {
    color: var(--wa-color-text-quiet);
  }
  a {
    color: var(--wa-color-brand-on-quiet);
  }
`;
