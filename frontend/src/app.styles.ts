/** The shell's looks: a side bar on wide screens, a bottom bar on phones. */
import { css } from "lit";
import { buttons } from "./styles/buttons.js";
import { spinnerStyles } from "./components/spinner.js";
import { unseen } from "./styles/unseen.js";

export const appStyles = css`
  ${buttons}
  ${spinnerStyles}
  :host {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    height: 100dvh;
  }
  .skip {
    position: absolute;
    left: -100vw;
    z-index: 10;
    padding: var(--wa-space-s);
    background: var(--wa-color-surface-raised);
  }
  .skip:focus {
    left: var(--wa-space-s);
    top: var(--wa-space-s);
  }
  nav {
    display: flex;
    flex-direction: column;
    gap: var(--wa-space-2xs);
    width: 13.25rem;
    padding: var(--wa-space-s) var(--wa-space-xs);
    box-sizing: border-box;
    background: var(--wa-color-surface-lowered);
    border-inline-end: 1px solid var(--wa-color-surface-border);
    overflow-y: auto;
  }
  .brand,
  .item {
    display: flex;
    align-items: center;
    gap: var(--wa-space-xs);
    padding: var(--wa-space-xs);
    border-radius: var(--wa-border-radius-m);
    color: var(--wa-color-text-normal);
    text-decoration: none;
  }
  .brand {
    font-weight: 700;
    font-size: var(--wa-font-size-l);
    margin-block-end: var(--wa-space-s);
  }
  .brand img {
    width: 1.9rem;
    height: 1.9rem;
  }
  .item > * {
    flex: none; /* the longest word beside the largest number: "Événements 99+" */
  }
  .item:hover {
    background: var(--wa-color-neutral-fill-quiet);
  }
  .item[aria-current="page"] {
    background: var(--wa-color-brand-fill-quiet);
    color: var(--wa-color-brand-on-quiet);
    font-weight: 600;
  }
  .item small {
    margin-inline-start: auto;
    color: var(--wa-color-text-quiet);
  }
  [data-phase="arming"] {
    color: var(--gcam-reconnecting);
  }
  [data-phase="armed"] {
    color: var(--gcam-connected);
  }
  [data-phase="entry"] {
    color: var(--gcam-motion);
  }
  [data-phase="alarm"] {
    color: var(--gcam-lost);
  }
  .badge {
    margin-inline-start: auto;
    padding: 0.1em 0.4em;
    border-radius: 1em;
    background: var(--wa-color-brand-fill-loud);
    color: var(--wa-color-brand-on-loud);
    font-size: var(--wa-font-size-xs);
    line-height: 1.3;
  }
  .unseen {
    ${unseen} /* read aloud */
  }
  a:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: -2px;
  }
  gcam-shell-menu {
    margin-block-start: auto;
  }
  main {
    grid-column: 2;
    min-width: 0;
    overflow-y: auto;
    display: flex;
    flex-direction: column;
    outline: none;
  }
  .banner {
    margin: var(--gcam-page-gap);
    padding: 1em;
    border: var(--wa-panel-border-width) var(--wa-panel-border-style) var(--wa-color-brand-border-quiet);
    border-radius: var(--wa-panel-border-radius);
    background: var(--wa-color-brand-fill-quiet);
  }
  .banner.warning {
    border-color: var(--wa-color-warning-border-quiet);
    background: var(--wa-color-warning-fill-quiet);
  }
  .page {
    flex: 1;
    min-height: 0;
    display: block;
    padding: var(--gcam-page-gap);
    box-sizing: border-box;
  }
  .waiting {
    grid-column: 1 / -1;
    display: flex;
    gap: var(--wa-space-s);
    align-items: center;
    justify-content: center;
    padding: var(--wa-space-3xl);
    color: var(--wa-color-text-quiet);
  }
  @media (max-width: 700px) {
    :host {
      grid-template: minmax(0, 1fr) auto / minmax(0, 1fr);
    }
    main {
      grid-column: 1;
    }
    nav {
      grid-row: 2;
      flex-direction: row;
      justify-content: space-around;
      width: auto;
      gap: 0;
      padding: var(--wa-space-2xs);
      padding-block-end: max(var(--wa-space-2xs), env(safe-area-inset-bottom));
      border-inline-end: none;
      border-block-start: 1px solid var(--wa-color-surface-border);
      overflow: visible;
    }
    .brand {
      display: none;
    }
    .item {
      flex-direction: column;
      flex: 1 1 auto;
      min-width: 0;
      gap: 2px;
      padding: var(--wa-space-2xs) 2px;
      font-size: min(0.75rem, 3.3vw); /* as large as there is room */
      letter-spacing: -0.02em;
    }
    .item {
      position: relative;
    }
    .rare:not([aria-current="page"]) {
      display: none; /* behind "More" */
    }
    .badge {
      position: absolute;
      inset-block-start: 0;
      inset-inline-start: calc(50% + 0.3rem);
      z-index: 1; /* over the page beside it where that is the one shown */
      font-size: 0.75rem;
    }
    .item small {
      ${unseen} /* its colour and its icon say the same */
    }
    .item > span {
      max-width: 100%;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    gcam-shell-menu {
      margin: 0;
    }
  }
  @media (max-width: 24.5rem) {
    .item {
      justify-content: center;
    }
    .item:not([aria-current="page"]) > span {
      ${unseen} /* the icon's name: seven words side by side would be cut off */
    }
  }
`;
