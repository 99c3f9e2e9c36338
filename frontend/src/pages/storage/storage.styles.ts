/** What the lists of this page share. */
import { css } from "lit";

export const storageStyles = css`
  :host {
    display: grid;
    gap: var(--wa-space-m);
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: var(--wa-space-s);
  }
  li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--wa-space-2xs) var(--wa-space-m);
    align-items: center;
    padding: var(--wa-space-s) var(--wa-space-m);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    background: var(--wa-color-surface-raised);
  }
  strong {
    overflow-wrap: anywhere;
  }
  p {
    margin: 0;
  }
  small,
  .quiet {
    color: var(--wa-color-text-quiet);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: var(--wa-space-xs);
  }
  .bar {
    grid-column: 1 / -1;
    height: 0.5rem;
    border-radius: 0.25rem;
    background: var(--wa-color-surface-lowered);
    overflow: hidden;
  }
  .bar > div {
    height: 100%;
    background: var(--wa-color-brand-60);
  }
  @media (max-width: 600px) {
    li {
      grid-template-columns: minmax(0, 1fr);
    }
    .actions {
      justify-content: start;
    }
  }
`;
