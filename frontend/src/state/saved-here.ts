/** Whether this page saves the pictures of events on its device, and how that goes; done by `event-saver.ts`. */
import { Store } from "./store.js";

export interface SavedHere {
  /** The folder's name; undefined where the browser downloads them. */
  folder: string | undefined;
  count: number;
  stop: () => void;
}

/** Undefined while nothing is saved. It lasts as long as the page, whatever of it is shown. */
export const savedHere = new Store<SavedHere | undefined>(undefined);
