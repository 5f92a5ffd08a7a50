// One line at the bottom of the page with messages and errors, announced by screen readers.

import { fill, h } from "./dom";
import { Problem, remove, send } from "./api";

const line = h("output", { class: "notice", role: "status", hidden: true });
let timer = 0;

export function mountNotice(): HTMLElement {
  return line;
}

/** `offer` is a button: its label, and what it does. */
export function notify(text: string, kind: "good" | "bad" = "good", offer?: [string, () => Promise<void>]): void {
  const button = offer && h("button", {
    type: "button", onclick: (event: Event) => { line.hidden = true; void action(offer[1])(event); },
  }, offer[0]);
  fill(line, text, button);
  line.dataset.kind = kind;
  line.hidden = false;
  clearTimeout(timer);
  timer = window.setTimeout(() => (line.hidden = true), offer ? 15_000 : kind === "bad" ? 9000 : 3500);
}

/** Delete the item at `path`, and offer to undo that. `changed` is called after both. */
export async function deleteWithUndo(path: string, name: string, changed: () => Promise<void>): Promise<void> {
  await remove(path);
  const undo = async (): Promise<void> => {
    await send("POST", `${path}/restore`);
    lastDeletion = null;
    await changed();
    notify(`${name} restored`);
  };
  lastDeletion = undo;
  notify(`${name} deleted`, "good", ["Undo", undo]);
  await changed();
}

/** Undo the last deletion, if there is one. */
export function undoDeletion(): boolean {
  if (!lastDeletion) return false;
  void action(lastDeletion)(new Event("undo"));
  return true;
}

let lastDeletion: (() => Promise<void>) | null = null;

/** Show an error, except for superseded requests and a lost connection, which connection.ts shows. */
export function showError(error: unknown): void {
  if (error instanceof Problem && (error.code === "superseded" || error.code === "unreachable")) return;
  if (error instanceof DOMException && error.name === "AbortError") return;
  const text = error instanceof Error ? error.message : String(error);
  notify(text.charAt(0).toUpperCase() + text.slice(1), "bad");
}

/** An event handler that shows errors of `work` and disables its button while it runs. */
export function action(work: () => Promise<void>): (event: Event) => Promise<void> {
  return async (event) => {
    const button = event.currentTarget instanceof HTMLButtonElement ? event.currentTarget : null;
    if (button) button.disabled = true;
    try {
      await work();
    } catch (error) {
      showError(error);
    } finally {
      if (button) button.disabled = false;
    }
  };
}
