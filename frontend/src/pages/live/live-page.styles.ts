import { css } from "lit";
import { unseen } from "../../styles/unseen.js";

export const livePageStyles = css`
  .hidden {
    ${unseen}
  }
  .tools {
    display: flex;
    justify-content: flex-end;
    gap: var(--wa-space-2xs);
    margin-block-end: 12px;
  }
  :host {
    display: flex !important;
    flex-direction: column;
  }
  gcam-camera-grid {
    flex: 1;
    min-height: 0;
  }
  .tools {
    flex-wrap: wrap;
  }
  .groups {
    display: flex;
    flex-wrap: wrap;
    gap: var(--wa-space-2xs);
    margin-inline-end: auto;
  }
  .single {
    max-width: calc((100dvh - 8rem) * 4 / 3);
    margin-inline: auto;
  }
  .split {
    display: grid;
    gap: 12px;
    grid-template-columns: minmax(0, 3fr) minmax(9rem, 1fr);
    max-width: calc((100dvh - 8rem) * 16 / 9);
    margin-inline: auto;
  }
  .others {
    display: grid;
    gap: 12px;
    align-content: start;
    max-height: calc(100dvh - 8rem);
    overflow-y: auto;
  }
  @media (max-width: 700px) {
    .split {
      grid-template-columns: minmax(0, 1fr);
    }
    .others {
      grid-template-columns: 1fr 1fr;
      max-height: none;
    }
  }
`;
