/** How the log names what was done with. */
import { dateTime } from "../../i18n/format.js";

const RECORDING = /^([a-z0-9_]+)-(\d{12,14})-[0-9a-f]{4}$/;

/** A recording's id by its camera and when it began; undefined where it is none, or says nothing of that. A camera that is gone has its id for a name. */
export function recordingIn(subject: string, nameOf: (camera: string) => string | undefined): string | undefined {
  const [, camera, began] = RECORDING.exec(subject) ?? [];
  return camera === undefined ? undefined : `${nameOf(camera) ?? camera}, ${dateTime(Number(began) / 1000)}`;
}
