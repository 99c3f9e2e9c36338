/** The overview's two columns and its lists of facts. */
import { css } from "lit";

export const overviewStyles = css`
  .columns {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
    gap: var(--wa-space-m);
    align-items: start;
  }
  .column {
    display: grid;
    gap: var(--wa-space-m);
    min-width: 0;
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: var(--wa-space-2xs) var(--wa-space-m);
    margin: 0;
  }
  dl.wide {
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 14rem), 1fr));
    gap: var(--wa-space-s) var(--wa-space-m);
  }
  dt {
    color: var(--wa-color-text-quiet);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;
