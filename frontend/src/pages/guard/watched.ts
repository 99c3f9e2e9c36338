/** What a mode does, in sentences: which cameras and zones, what counts, how long there is. Pure but for the words. */
import type { Mode, Watched } from "../../api/guard.js";
import { WHATS, whatWord } from "../../components/what.js";
import { language, words } from "../../i18n/i18n.js";

const t = words("guard");

export type NameOf = (camera: string) => string;

export function sentencesOf(mode: Mode, nameOf: NameOf): string[] {
  if (mode.watches.length === 0) return [t("says.nothing")];
  const entrances = mode.watches.filter(({ entry_s }) => entry_s > 0);
  return [
    t("says.watches", { places: places(mode.watches, nameOf) }),
    counting(mode),
    ...byDelay(entrances).map(([count, some]) => t("says.entry", { count, places: places(some, nameOf) })),
    ...(entrances.length === 0 ? [t("says.no_entry")] : []),
    mode.exit_s > 0 ? t("says.exit", { count: mode.exit_s }) : t("says.at_once"),
  ];
}

function counting({ kinds, is_named }: Mode): string {
  if (kinds.length === WHATS.length) return t("says.all");
  if (!is_named) return t("says.unnamed");
  return t("says.kinds", { kinds: listed(WHATS.filter((what) => kinds.includes(what)).map((what) => whatWord(what).toLowerCase())) });
}

/** “Door (Path and Gate) and Yard”. */
function places(watches: readonly Watched[], nameOf: NameOf): string {
  const zones = new Map<string, string[]>();
  for (const { camera_id, zone } of watches) {
    const known = zones.get(camera_id) ?? [];
    if (zone !== null) known.push(zone);
    zones.set(camera_id, known);
  }
  const whole = new Set(watches.filter(({ zone }) => zone === null).map(({ camera_id }) => camera_id));
  return listed(
    [...zones].map(([camera, some]) => {
      const name = nameOf(camera);
      return whole.has(camera) ? name : t("says.zones", { camera: name, zones: listed(some) });
    }),
  );
}

function byDelay(entrances: readonly Watched[]): [number, Watched[]][] {
  const found = new Map<number, Watched[]>();
  for (const watch of entrances) found.set(watch.entry_s, [...(found.get(watch.entry_s) ?? []), watch]);
  return [...found].sort(([one], [other]) => one - other);
}

export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? "";
  return new Intl.ListFormat(language.value, { type: "conjunction" }).format(names);
}
