/**
 * Buttons and links that look like the component library's `<wa-button>`, without its price: a page shows dozens at once.
 * `class="button"`, or with it `plain`, `outlined`, `filled` or `brand`, and `small`; a form's and those that load are the library's.
 */
import { css } from "lit";

export const buttons = css`
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.75em;
    box-sizing: border-box;
    height: var(--wa-form-control-height);
    margin: 0;
    padding: 0 var(--wa-form-control-padding-inline);
    border: var(--wa-form-control-border-width) var(--wa-form-control-border-style) transparent;
    border-radius: var(--wa-form-control-border-radius);
    --ink: var(--wa-color-neutral-on-loud);
    --idle: var(--wa-color-neutral-fill-loud);
    --under: color-mix(in oklab, var(--idle), var(--wa-color-mix-hover));
    --pressed: color-mix(in oklab, var(--idle), var(--wa-color-mix-active));
    background: var(--idle);
    color: var(--ink);
    font: inherit;
    font-size: var(--wa-font-size-m);
    font-weight: var(--wa-font-weight-action);
    text-decoration: none;
    white-space: nowrap;
    vertical-align: middle;
    user-select: none;
    -webkit-user-select: none;
    cursor: pointer;
    transition: background var(--wa-transition-fast) var(--wa-transition-easing);
  }
  .button.plain,
  .button.outlined {
    --ink: var(--wa-color-neutral-on-quiet);
    --idle: transparent;
    --under: var(--wa-color-neutral-fill-quiet);
    --pressed: color-mix(in oklab, var(--wa-color-neutral-fill-quiet), var(--wa-color-mix-active));
  }
  .button.outlined {
    border-color: var(--wa-color-neutral-border-loud);
  }
  .button.filled {
    --ink: var(--wa-color-neutral-on-normal);
    --idle: var(--wa-color-neutral-fill-normal);
  }
  .button.brand {
    --ink: var(--wa-color-brand-on-loud);
    --idle: var(--wa-color-brand-fill-loud);
  }
  .button.small {
    font-size: var(--wa-font-size-s);
  }
  @media (hover: hover) {
    .button:hover:not(:disabled) {
      background: var(--under);
    }
  }
  .button:active:not(:disabled) {
    background: var(--pressed);
  }
  .button:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: var(--wa-focus-ring-offset);
  }
  .button:disabled {
    opacity: 0.5;
    cursor: not-allowed;
  }
`;
