/** Which pages there are: address, what it takes to see them, what loads them. The only list. */
import { mdiBellOutline, mdiCctv, mdiChartBoxOutline, mdiGridLarge, mdiHistory, mdiAccountGroupOutline } from "@mdi/js";
import type { Permission } from "./state/session.js";

export interface Page {
  /** First part of the address and key of its name in `common.json`. */
  id: string;
  /** The element it is; it gets the property `place`. */
  tag: string;
  icon: string;
  needs: Permission;
  load: () => Promise<unknown>;
  /** Names of its files in `i18n/en` and `i18n/fr`. */
  words: readonly string[];
}

export const ICONS = {
  live: mdiGridLarge,
  playback: mdiHistory,
  cameras: mdiCctv,
  events: mdiBellOutline,
  system: mdiChartBoxOutline,
  people: mdiAccountGroupOutline,
};

/** In the order of the menu. A page is here as soon as it is there, no sooner. */
export const PAGES: readonly Page[] = [
  {
    id: "live",
    tag: "gcam-live-page",
    icon: ICONS.live,
    needs: "view",
    load: () => import("./pages/live/live-page.js"),
    words: ["live"],
  },
];
