/** Which pages there are: address, what it takes to see them, what loads them. The only list. */
import { mdiBellOutline, mdiCctv, mdiChartBoxOutline, mdiGridLarge, mdiHarddisk, mdiHistory, mdiAccountGroupOutline } from "@mdi/js";
import type { Permission } from "./state/session.js";

export interface Page {
  /** First part of the address and key of its name in `common.json`. */
  id: string;
  /** Third part of the address, for a page below another one: `#/cameras/door/tune`. Not in the menu. */
  below?: string;
  /** Not in the menu: others lead there. */
  hidden?: boolean;
  /** Shown without the menu. */
  bare?: boolean;
  /** The element it is; it gets the property `place`. */
  tag: string;
  icon: string;
  needs: Permission;
  load: () => Promise<unknown>;
  /** What it asks first where the address names nothing more: is asked while its files come. */
  ahead?: string;
  /** Names of its files in `i18n/en` and `i18n/fr`; `reasons`: it shows sentences of Gcam's own. */
  words: readonly string[];
}

export const ICONS = {
  live: mdiGridLarge,
  playback: mdiHistory,
  cameras: mdiCctv,
  events: mdiBellOutline,
  storage: mdiHarddisk,
  system: mdiChartBoxOutline,
  people: mdiAccountGroupOutline,
};

/** Stands in for every page while nobody is signed in. */
export const SIGN_IN: Page = {
  id: "sign-in",
  tag: "gcam-sign-in-page",
  icon: "",
  needs: "view",
  load: () => import("./pages/sign-in/sign-in-page.js"),
  words: ["sign-in"],
};

/** In the order of the menu. A page is here as soon as it is there, no sooner. */
export const PAGES: readonly Page[] = [
  {
    id: "live",
    tag: "gcam-live-page",
    icon: ICONS.live,
    needs: "view",
    load: () => import("./pages/live/live-page.js"),
    words: ["live", "causes"],
  },
  {
    id: "kiosk",
    hidden: true,
    bare: true,
    tag: "gcam-kiosk-page",
    icon: ICONS.live,
    needs: "view",
    load: () => import("./pages/kiosk/kiosk-page.js"),
    words: ["live", "causes"],
  },
  {
    id: "playback",
    tag: "gcam-playback-page",
    icon: ICONS.playback,
    needs: "playback",
    load: () => import("./pages/playback/playback-page.js"),
    words: ["playback"],
  },
  {
    id: "cameras",
    tag: "gcam-cameras-page",
    icon: ICONS.cameras,
    needs: "configure",
    load: () => import("./pages/cameras/cameras-page.js"),
    words: ["cameras", "storage", "reasons"],
  },
  {
    id: "cameras",
    below: "tune",
    tag: "gcam-tune-page",
    icon: ICONS.cameras,
    needs: "configure",
    load: () => import("./pages/tune/tune-page.js"),
    words: ["tune", "causes"],
  },
  {
    id: "events",
    tag: "gcam-events-page",
    icon: ICONS.events,
    needs: "playback",
    load: () => import("./pages/events/events-page.js"),
    ahead: "/api/v1/history?limit=50",
    words: ["events", "causes", "playback"],
  },
  {
    id: "storage",
    hidden: true,
    tag: "gcam-storage-page",
    icon: ICONS.storage,
    needs: "playback",
    load: () => import("./pages/storage/storage-page.js"),
    words: ["storage", "reasons"],
  },
  {
    id: "system",
    tag: "gcam-system-page",
    icon: ICONS.system,
    needs: "administer",
    load: () => import("./pages/system/system-page.js"),
    words: ["system"],
  },
  {
    id: "people",
    tag: "gcam-people-page",
    icon: ICONS.people,
    needs: "administer",
    load: () => import("./pages/people/people-page.js"),
    words: ["people"],
  },
];
