// One line at the foot of the page: what happened, or why not. Read aloud by screen readers.

import { h } from "./dom";
import { Problem } from "./api";

const line = h("output", { class: "notice", role: "status", hidden: true });
let timer = 0;

export function mountNotice(): HTMLElement {
  return line;
}

export function say(text: string, kind: "good" | "bad" = "good"): void {
  line.textContent = text;
  line.dataset.kind = kind;
  line.hidden = false;
  clearTimeout(timer);
  timer = window.setTimeout(() => (line.hidden = true), kind === "bad" ? 9000 : 3500);
}

/** Show why something failed; wishes that newer ones replaced are no failure. */
export function complain(error: unknown): void {
  if (error instanceof Problem && error.code === "superseded") return;
  if (error instanceof DOMException && error.name === "AbortError") return;
  const text = error instanceof Error ? error.message : String(error);
  say(text.charAt(0).toUpperCase() + text.slice(1), "bad");
}

/** A handler that shows what goes wrong in it, and keeps its button from being pressed twice. */
export function doing(work: () => Promise<void>): (event: Event) => Promise<void> {
  return async (event) => {
    const button = event.currentTarget instanceof HTMLButtonElement ? event.currentTarget : null;
    if (button) button.disabled = true;
    try {
      await work();
    } catch (error) {
      complain(error);
    } finally {
      if (button) button.disabled = false;
    }
  };
}
