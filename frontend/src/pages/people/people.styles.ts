/** What the lists of this page share. */
import { css } from "lit";
import { unseen } from "../../styles/unseen.js";

export const peopleStyles = css`
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
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--wa-space-s);
    padding: var(--wa-space-s) var(--wa-space-m);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    background: var(--wa-color-surface-raised);
  }
  .who {
    flex: 1 1 14rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .who strong {
    display: block;
  }
  small,
  .quiet {
    color: var(--wa-color-text-quiet);
  }
  .unseen {
    ${unseen}
  }
  p {
    margin: 0;
  }
  form {
    display: grid;
    gap: var(--wa-space-m);
  }
  fieldset {
    display: grid;
    gap: var(--wa-space-xs);
    margin: 0;
    padding: 0;
    border: none;
  }
  legend {
    padding: 0;
    margin-block-end: var(--wa-space-2xs);
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    text-align: start;
    padding: var(--wa-space-2xs) var(--wa-space-xs);
    border-block-end: 1px solid var(--wa-color-surface-border);
    overflow-wrap: anywhere;
    vertical-align: top;
  }
`;
