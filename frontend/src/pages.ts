/** Which pages there are: what it takes to see them, what loads them. The only list; addresses are in `routes.ts`. */
import { mdiBellOutline, mdiBellRingOutline, mdiCctv, mdiCellphone, mdiChartBoxOutline, mdiGridLarge, mdiHarddisk, mdiHistory, mdiAccountGroupOutline } from "@mdi/js";
import type { Place } from "./router.js";
import type { Start } from "./routes.js";
import { PHASE_ICONS } from "./state/guard.js";
import type { Permission } from "./state/session.js";

/** What is loaded and shown. */
export interface Part {
  /** The element it is; it gets the property `place`. */
  tag: string;
  load: () => Promise<unknown>;
  /** Names of its files in `i18n/en` and `i18n/fr`; `reasons`: it shows sentences of Gcam's own. */
  words: readonly string[];
}

export interface Page extends Part {
  /** First part of the address and key of its name in `common.json`. */
  id: Start;
  /** Third part of the address, for a page below another one: `#/cameras/door/tune`. Not in the menu. */
  below?: "tune";
  /** Not in the menu: others lead there. */
  hidden?: boolean;
  /** Shown without the menu. */
  bare?: boolean;
  /** A phone's bar has no room for all: behind "More" there. */
  rare?: boolean;
  icon: string;
  needs: Permission;
  /** What it asks first where the address names nothing more: is asked while its files come. */
  ahead?: string;
}

export const ICONS = {
  live: mdiGridLarge,
  guard: PHASE_ICONS.disarmed,
  playback: mdiHistory,
  cameras: mdiCctv,
  publish: mdiCellphone,
  events: mdiBellOutline,
  alerts: mdiBellRingOutline,
  storage: mdiHarddisk,
  system: mdiChartBoxOutline,
  people: mdiAccountGroupOutline,
};

/** Stands in for every page while nobody is signed in. */
export const SIGN_IN: Part = {
  tag: "gcam-sign-in-page",
  load: () => import("./pages/sign-in/sign-in-page.js"),
  words: ["sign-in"],
};

/** So many stand side by side on a phone, "More" beside them, each as wide as a finger. */
const ROOM = 6;

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
    id: "guard",
    tag: "gcam-guard-page",
    icon: ICONS.guard,
    needs: "view",
    load: () => import("./pages/guard/guard-page.js"),
    words: ["guard"],
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
    id: "publish",
    rare: true,
    tag: "gcam-publish-page",
    icon: ICONS.publish,
    needs: "push",
    load: () => import("./pages/publish/publish-page.js"),
    words: ["publish"],
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
    id: "alerts",
    rare: true,
    tag: "gcam-alerts-page",
    icon: ICONS.alerts,
    needs: "administer",
    load: () => import("./pages/alerts/alerts-page.js"),
    words: ["alerts", "reasons"],
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
    rare: true,
    tag: "gcam-system-page",
    icon: ICONS.system,
    needs: "administer",
    load: () => import("./pages/system/system-page.js"),
    words: ["system"],
  },
  {
    id: "people",
    rare: true,
    tag: "gcam-people-page",
    icon: ICONS.people,
    needs: "administer",
    load: () => import("./pages/people/people-page.js"),
    words: ["people"],
  },
];

/** The one of an address; the first where it names none. */
export function pageAt({ path: [wanted, , below] }: Place, pages: readonly Page[]): Page | undefined {
  if (wanted === undefined) return pages[0];
  const named = pages.filter(({ id }) => id === wanted);
  return named.find((page) => page.below === below) ?? named.find((page) => !page.below);
}

/** Behind "More" on a phone: none where all of these have room. */
export function rareOf(menu: readonly Page[]): readonly Page[] {
  return menu.length > ROOM ? menu.filter(({ rare }) => rare) : [];
}
