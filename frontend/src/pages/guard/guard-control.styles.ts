/** Large and plain: to be read across a room, and pressed with a glove on. */
import { css } from "lit";
import { phaseStyles } from "../../components/guard.styles.js";
import { buttons } from "../../styles/buttons.js";
import { unseen } from "../../styles/unseen.js";

export const guardStyles = css`
  ${buttons}
  ${phaseStyles}
  .unseen {
    ${unseen}
  }
  .columns {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
    gap: var(--wa-space-l);
    align-items: start;
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--wa-space-m);
  }
  .panel,
  .standing {
    display: grid;
    justify-items: center;
    gap: var(--wa-space-xs);
    padding: var(--wa-space-l) var(--wa-space-m);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
    background: var(--wa-color-surface-raised);
  }
  .panel > * {
    width: 100%;
  }
  .panel > .button {
    width: auto;
  }
  .panel.alarm {
    border: 3px solid var(--gcam-lost);
  }
  .standing {
    border: 3px solid var(--phase);
    background: color-mix(in oklab, var(--phase) 8%, var(--wa-color-surface-raised));
    text-align: center;
  }
  .standing[data-phase="alarm"] {
    animation: alarm 1.2s ease-in-out infinite alternate;
  }
  @keyframes alarm {
    to {
      border-color: transparent;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .standing {
      animation: none !important;
    }
  }
  .standing > gcam-icon {
    color: var(--phase);
    font-size: clamp(3rem, 10vh, 6rem);
  }
  h2,
  p {
    margin: 0;
  }
  h2 {
    font-size: clamp(2rem, 5vw, 3.2rem);
    line-height: 1.1;
  }
  h2 span {
    font-weight: 400;
  }
  .standing > gcam-countdown {
    font-size: clamp(3.5rem, 12vw, 7rem);
    font-weight: 700;
    line-height: 1;
  }
  .actions {
    display: grid;
    gap: var(--wa-space-xs);
    width: min(22rem, 100%);
    margin-block-start: var(--wa-space-s);
  }
  .actions:empty {
    display: none;
  }
  .button.large {
    height: auto;
    min-height: 4rem;
    font-size: var(--wa-font-size-l);
    white-space: normal;
  }
  .button.danger {
    --ink: var(--wa-color-danger-on-quiet);
    border-color: var(--wa-color-danger-border-loud);
  }
  .problem {
    padding: var(--wa-space-xs) var(--wa-space-s);
    border-radius: var(--wa-border-radius-m);
    color: var(--wa-color-danger-on-normal);
    background: var(--wa-color-danger-fill-normal);
  }
  .quiet,
  .hint {
    color: var(--wa-color-text-quiet);
  }
  .hint a {
    color: var(--wa-color-brand-on-quiet);
  }
  summary {
    padding-block: var(--wa-space-s);
    cursor: pointer;
  }
  @media (max-width: 700px) {
    .panel,
    .standing {
      padding: var(--wa-space-s);
    }
    .standing > gcam-icon {
      font-size: 2.5rem; /* the pad is to be seen beneath */
    }
    .button.large {
      min-height: 3.25rem;
    }
  }
`;
