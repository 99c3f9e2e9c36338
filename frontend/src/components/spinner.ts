/** Something is awaited. Who shows `spinner` has `spinnerStyles`; it is as large as its text. */
import { css, html } from "lit";

export const spinnerStyles = css`
  .spinner {
    box-sizing: border-box;
    flex: none;
    width: 1em;
    height: 1em;
    border: 2px solid var(--wa-color-neutral-fill-normal);
    border-block-start-color: var(--wa-color-brand-fill-loud);
    border-radius: 50%;
    animation: gcam-turn 1.2s linear infinite;
  }
  @keyframes gcam-turn {
    to {
      rotate: 1turn;
    }
  }
`;

export const spinner = html`<div class="spinner"></div>`;
