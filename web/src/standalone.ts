// The live page alone, for any web host.

import "./styles.css";
import { h } from "./dom";
import { live } from "./live";
import { showError, mountNotice } from "./notice";

// WebAssembly threads need two headers that few hosts send; a service worker adds them.
async function isolated(): Promise<void> {
  if (self.crossOriginIsolated || !("serviceWorker" in navigator) || sessionStorage.getItem("isolated")) return;
  sessionStorage.setItem("isolated", "tried"); // tried once only
  const registration = await navigator.serviceWorker.register(new URL("isolate.js", document.baseURI));
  if (!registration.active) await new Promise((resolve) => {
    const worker = registration.installing ?? registration.waiting;
    worker?.addEventListener("statechange", () => worker.state === "activated" && resolve(null));
  });
  location.reload();
  await new Promise(() => {});
}

async function start(): Promise<void> {
  await isolated().catch(() => {});
  const base = new URL("assets/", document.baseURI).href;
  const looks: string[] = await (await fetch(`${base}live/looks.json`)).json();
  const page = await live({ base, looks, studio: false, characters: false });
  document.body.append(h("main", { id: "main" }, h("h1", { class: "visually-hidden" }, "Rosetail live"), page.element), mountNotice());
}

start().catch(showError);
