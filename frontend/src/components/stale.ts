/** The line over a picture that stands still: since when nothing new has come. */
import { css } from "lit";

export const staleStyles = css`
  p {
    position: absolute;
    inset: auto 0 0;
    margin: 0;
    padding: var(--wa-space-xs);
    text-align: center;
    font-size: var(--wa-font-size-s);
    color: #e2e8f0;
    background: rgb(15 23 42 / 0.85);
  }
`;
