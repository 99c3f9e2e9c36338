/** For a rule's inside: what is read aloud, but not seen. */
import { css } from "lit";

export const unseen = css`
  position: absolute;
  width: 1px;
  height: 1px;
  margin: 0;
  overflow: hidden;
  clip-path: inset(50%);
`;
