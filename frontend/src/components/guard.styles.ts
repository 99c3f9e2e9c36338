/** `--phase`: the colour of where the guard stands, on `[data-phase]`. */
import { css } from "lit";

export const phaseStyles = css`
  [data-phase] {
    --phase: var(--gcam-disabled);
  }
  [data-phase="arming"] {
    --phase: var(--gcam-reconnecting);
  }
  [data-phase="armed"] {
    --phase: var(--gcam-connected);
  }
  [data-phase="entry"] {
    --phase: var(--gcam-motion);
  }
  [data-phase="alarm"] {
    --phase: var(--gcam-lost);
  }
`;
