/** A stripe at the top of the page; over pictures a small one in the corner. */
import { css } from "lit";
import { buttons } from "../styles/buttons.js";
import { phaseStyles } from "./guard.styles.js";

export const signStyles = css`
  ${buttons}
  ${phaseStyles}
  :host {
    display: block;
    margin: var(--gcam-page-gap);
  }
  :host([over]) {
    position: absolute;
    inset-block-start: var(--wa-space-s);
    inset-inline-start: var(--wa-space-s);
    z-index: 2;
    margin: 0;
  }
  section {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--wa-space-s) var(--wa-space-m);
    padding: var(--wa-space-s) var(--wa-space-m);
    border: 2px solid var(--phase);
    border-radius: var(--wa-border-radius-l);
    background: var(--wa-color-surface-raised);
    color: var(--wa-color-text-normal);
  }
  section > a {
    display: flex;
    flex: 1 1 16rem;
    align-items: center;
    gap: var(--wa-space-s);
    color: inherit;
    text-decoration: none;
  }
  section > a:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: 2px;
  }
  section > a > gcam-icon {
    color: var(--phase);
    font-size: 1.5rem;
  }
  strong {
    color: var(--phase);
  }
  small {
    display: block;
    font-size: var(--wa-font-size-s);
  }
  gcam-countdown {
    margin-inline-start: auto;
    font-weight: 700;
    font-size: var(--wa-font-size-l);
  }
  div {
    display: flex;
    flex-wrap: wrap;
    gap: var(--wa-space-xs);
  }
`;
