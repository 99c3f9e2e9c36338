/** A page of tabs: on a phone they stand closer, and below each other where they are too many, so that none has to be scrolled to. */
import { css } from "lit";

export const tabs = css`
  wa-tab-group {
    overflow-x: clip; /* the arrows of its row of tabs stick out by two pixels */
  }
  @media (max-width: 700px) {
    wa-tab::part(base) {
      padding-inline: var(--wa-space-s);
    }
    wa-tab-group::part(tabs) {
      flex-wrap: wrap;
    }
  }
`;
