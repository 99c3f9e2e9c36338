/** Saves the pictures of events while the page is open: into a folder where the browser has one to give, else as downloads. */
import { onSignedOut } from "../api/client.js";
import { entries, pictureOf, type Entry } from "../api/history.js";
import { Fresh, isWanted, pathOf } from "./fresh.js";
import { onEvent } from "./gcam.js";
import { savedHere } from "./saved-here.js";

const PAGE = 100;
const KEPT_MS = 60_000;

interface Target {
  name: string | undefined;
  write: (path: readonly [string, string, string], picture: Blob) => Promise<void>;
}

/** Chromium has it, and only where the page came over https or from this device. */
interface Picker {
  showDirectoryPicker?: (options: { id: string; mode: "readwrite" }) => Promise<FileSystemDirectoryHandle>;
}

/** Asks for a folder, and begins. `failed` hears why nothing is saved, or no longer. */
export async function saveHere(failed: (why: string) => void): Promise<void> {
  let target;
  try {
    target = await chosen();
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) failed(String(error));
    return;
  }
  const there = await newest();
  if (there === undefined || savedHere.value) return;
  new EventSaver(target, new Fresh(there), failed).start();
}

async function chosen(): Promise<Target> {
  const { showDirectoryPicker } = window as Picker;
  if (!showDirectoryPicker) return { name: undefined, write: download };
  const folder = await showDirectoryPicker.call(window, { id: "gcam", mode: "readwrite" });
  return { name: folder.name, write: (path, picture) => put(folder, path, picture) };
}

/** A file is there once it is closed, whole. */
async function put(folder: FileSystemDirectoryHandle, [camera, day, name]: readonly string[], picture: Blob): Promise<void> {
  const ofCamera = await folder.getDirectoryHandle(camera ?? "", { create: true });
  const ofDay = await ofCamera.getDirectoryHandle(day ?? "", { create: true });
  const file = await (await ofDay.getFileHandle(name ?? "", { create: true })).createWritable();
  try {
    await file.write(picture);
  } catch (error) {
    await file.abort();
    throw error;
  }
  await file.close();
}

function download(path: readonly string[], picture: Blob): Promise<void> {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(picture);
  link.download = path.join("_");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
  return Promise.resolve();
}

async function newest(older_than?: number): Promise<readonly Entry[] | undefined> {
  const answer = await entries({ kind: "motion" }, { limit: PAGE, older_than }, new AbortController().signal);
  return answer.ok ? answer.value.entries : undefined;
}

class EventSaver {
  private readonly ends: (() => void)[] = [];
  private looking = false;
  private stirred = false;
  private over = false;

  constructor(
    private readonly target: Target,
    private readonly fresh: Fresh,
    private readonly failed: (why: string) => void,
  ) {}

  start(): void {
    savedHere.set({ folder: this.target.name, count: 0, stop: () => this.stop() });
    this.ends.push(
      onSignedOut(() => this.stop()),
      onEvent(({ type }) => {
        if (type === "hello" || type === "history_changed") void this.look();
      }),
    );
    void this.look();
  }

  private stop(): void {
    this.over = true;
    for (const end of this.ends) end();
    savedHere.set(undefined);
  }

  /** What could not be saved is tried again with the next news. */
  private async look(): Promise<void> {
    this.stirred = true;
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.takesNews()) await this.round();
    } catch (error) {
      this.stop();
      this.failed(error instanceof Error ? error.message : String(error));
    } finally {
      this.looking = false;
    }
  }

  private takesNews(): boolean {
    const news = this.stirred && !this.over;
    this.stirred = false;
    return news;
  }

  private async round(): Promise<void> {
    const listed: Entry[] = [];
    do {
      const page = await newest(listed.at(-1)?.id);
      if (page === undefined) return;
      listed.push(...page);
      if (page.length < PAGE) break;
    } while (!this.fresh.covers(listed));
    for (const entry of this.fresh.take(listed)) {
      if (this.over || (isWanted(entry) && !(await this.saved(entry)))) return;
      this.fresh.done(entry);
    }
  }

  /** False where Gcam can't be asked just now. Throws where the folder takes nothing. */
  private async saved(entry: Entry): Promise<boolean> {
    const picture = await pictureOf(entry.id);
    if (picture === undefined) return false;
    if (picture === null) return true;
    await this.target.write(pathOf(entry), picture);
    savedHere.update((now) => now && { ...now, count: now.count + 1 });
    return true;
  }
}
