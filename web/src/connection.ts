// Shows when the studio is unreachable, waits for it, and says when it is back.

import { Problem } from "./api";
import { h } from "./dom";
import { notify } from "./notice";

const RETRY = 2000; // milliseconds

const banner = h("p", { class: "banner", role: "alert", hidden: true },
  "The studio is not responding. Check that it is still running; this page reconnects by itself.");

export const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The banner to put on the page; `back` is called when the studio responds again. */
export function mountConnection(back: () => void = () => {}): HTMLElement {
  addEventListener("studio-unreachable", () => void (async () => {
    if (!banner.hidden) return;
    banner.hidden = false;
    // Any response will do: participants of a study may not read the studio's health.
    while (!(await fetch("/api/health").catch(() => null))) await wait(RETRY);
    banner.hidden = true;
    notify("Connected again");
    back();
  })());
  return banner;
}

/** The result of `work`, tried again for as long as the studio is unreachable. */
export async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 0) throw error;
      await wait(RETRY);
    }
  }
}
