// One line at the bottom of the page with messages and errors, announced by screen readers.

import { h } from "./dom";
import { Problem } from "./api";

const line = h("output", { class: "notice", role: "status", hidden: true });
let timer = 0;

export function mountNotice(): HTMLElement {
  return line;
}

export function notify(text: string, kind: "good" | "bad" = "good"): void {
  line.textContent = text;
  line.dataset.kind = kind;
  line.hidden = false;
  clearTimeout(timer);
  timer = window.setTimeout(() => (line.hidden = true), kind === "bad" ? 9000 : 3500);
}

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
