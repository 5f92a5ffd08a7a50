// What a page has set for a photo, a character or a clip, with undo. The studio keeps it, so that it survives a
// reload and a restart, and all windows show the same.

import { get, Problem, put } from "./api";
import { tool } from "./controls";
import { h, ICONS } from "./dom";
import { History, type Stored } from "./history";
import { notify, showError } from "./notice";

type PageName = "stage" | "cast" | "direct" | "film";
interface Kept { version: number; value: string }
export interface Place { page: PageName; item: string; changed: number }

const QUIET = 400; // milliseconds without a change after which a step is complete
const windows = new BroadcastChannel("rosetail-work");

/** Where was worked last, the last first. */
export const recentWork = (): Promise<Place[]> => get<Place[]>("/api/work");

export class Work<T extends object> {
  private timer = 0;
  private pending: T | null = null;
  private saving: Promise<void> = Promise.resolve();
  private readonly path: string;

  /** `shown` is called with the value to show after undo, redo and changes in other windows. */
  private constructor(
    page: PageName, item: string, private readonly initial: T,
    private version: number, private history: History<T>, private readonly shown: (value: T) => void,
  ) {
    this.path = `/api/work/${page}/${item}`;
    windows.addEventListener("message", this.elsewhere);
    addEventListener("focus", this.reload);
    addEventListener("pagehide", this.settle);
  }

  static async open<T extends object>(page: PageName, item: string, initial: T, shown: (value: T) => void): Promise<Work<T>> {
    const { version, value } = await get<Kept>(`/api/work/${page}/${item}`);
    const work = new Work(page, item, initial, version, new History(parsed(value, initial)), shown);
    if (!version) void work.save(); // names it as the last work
    return work;
  }

  get now(): T {
    return this.pending ?? this.history.now;
  }

  get canUndo(): boolean {
    return this.pending !== null || this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.pending === null && this.history.canRedo;
  }

  /** Change some fields. The step is complete if `done`, or a moment after the last change. */
  set(values: Partial<T>, done = false): void {
    this.pending = { ...this.now, ...values };
    clearTimeout(this.timer);
    if (done) this.settle();
    else this.timer = window.setTimeout(this.settle, QUIET);
  }

  /** Change some fields without a step to undo. */
  begin(values: Partial<T>): void {
    this.history = new History<T>({ values: [{ ...this.now, ...values }], at: 0 });
    this.pending = null;
    void this.save();
  }

  undo(): void {
    this.settle();
    this.moved(this.history.canUndo, () => this.history.undo());
  }

  redo(): void {
    this.settle();
    this.moved(this.history.canRedo, () => this.history.redo());
  }

  close(): void {
    this.settle();
    windows.removeEventListener("message", this.elsewhere);
    removeEventListener("focus", this.reload);
    removeEventListener("pagehide", this.settle);
  }

  private moved(possible: boolean, move: () => T): void {
    if (!possible) return;
    this.shown(move());
    void this.save();
  }

  private readonly settle = (): void => {
    clearTimeout(this.timer);
    if (!this.pending) return;
    this.history.add(this.pending);
    this.pending = null;
    void this.save();
  };

  private save(): Promise<void> {
    this.saving = this.saving.then(async () => {
      try {
        const value = JSON.stringify(this.history.stored);
        this.version = (await put<Kept>(this.path, { version: this.version, value })).version;
        windows.postMessage(this.path);
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "stale") return showError(error);
        await this.load();
        notify("Changed in another window; this is its version");
      }
    });
    return this.saving;
  }

  private readonly elsewhere = (event: MessageEvent): void => {
    if (event.data === this.path) this.reload();
  };

  private readonly reload = (): void => {
    if (this.pending) return; // saving it finds out whether another window was first
    this.saving = this.saving.then(() => this.load()).catch(() => {}); // the connection's own message is enough
  };

  private async load(): Promise<void> {
    const { version, value } = await get<Kept>(this.path);
    if (version === this.version) return;
    this.version = version;
    this.pending = null;
    this.history = new History(parsed(value, this.initial));
    this.shown(this.history.now);
  }
}

/** The history in `text`, completed with fields of `initial` that earlier versions did not have. */
function parsed<T extends object>(text: string, initial: T): Stored<T> {
  try {
    const { values, at } = JSON.parse(text) as Stored<T>;
    if (values[at]) return { values: values.map((each) => ({ ...initial, ...each })), at };
  } catch {
    // nothing kept, or not readable
  }
  return { values: [initial], at: 0 };
}

export interface Undoable { readonly canUndo: boolean; readonly canRedo: boolean; undo(): void; redo(): void }

/** Buttons for undo and redo; call `mark` after every change. */
export function undoButtons(work: () => Undoable | null): { element: HTMLElement; mark: () => void } {
  const undo = tool("Undo (Ctrl Z)", ICONS.undo, () => { work()?.undo(); mark(); });
  const redo = tool("Redo (Ctrl Shift Z)", ICONS.redo, () => { work()?.redo(); mark(); });
  const mark = (): void => {
    undo.disabled = !work()?.canUndo;
    redo.disabled = !work()?.canRedo;
  };
  mark();
  return { element: h("span", { class: "tools" }, undo, redo), mark };
}

/** Handles Ctrl Z, Ctrl Y and Ctrl Shift Z. */
export function undoKey(event: KeyboardEvent, work: Undoable | null): boolean {
  const key = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || !work || !"zy".includes(key)) return false;
  if (key === "y" || event.shiftKey) work.redo();
  else work.undo();
  return true;
}
