// The shell: navigation, theme and keyboard.

import "./styles.css";
import { fill, h, icon, ICONS } from "./dom";
import { tool } from "./controls";
import { mountConnection } from "./connection";
import { showError, mountNotice } from "./notice";
import { dropAnywhere } from "./files";
import { status, type Page } from "./state";
import { openElsewhere } from "./uploads";

type Make = () => Promise<Page>;

const PAGES: [keyof typeof ICONS, string, Make][] = [
  ["stage", "Stage", async () => (await import("./stage")).stage()],
  ["cast", "Cast", async () => (await import("./cast")).cast()],
  ["direct", "Direct", async () => (await import("./direct")).direct()],
  ["film", "Film", async () => (await import("./film")).film()],
  ["library", "Library", async () => (await import("./library")).library()],
  ["study", "Study", async () => (await import("./study")).study()],
  ["live", "Live", async () => {
    const { live: looks, model } = await status();
    const characters = model.ready && model.name === "painter";
    return (await import("./live")).live({ base: new URL("/assets/", location.href).href, looks, studio: true, characters });
  }],
];

const main = h("main", { id: "main", tabIndex: -1 });
const links = PAGES.map(([name, label], index) =>
  h("a", { href: `#${name}`, title: `${label} (${index + 1})` }, icon(ICONS[name]), h("span", {}, label)));
let page: Page | null = null;
let shown = 0;

async function go(): Promise<void> {
  const name = location.hash.slice(1).split("/")[0];
  const index = Math.max(0, PAGES.findIndex(([each]) => each === name));
  links.forEach((link, at) => {
    if (at === index) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
  document.title = `${PAGES[index][1]} · Rosetail`;
  page?.leave?.();
  page = null;
  const turn = ++shown;
  try {
    const made = await PAGES[index][2]();
    if (turn !== shown) {
      made.leave?.();
      return;
    }
    page = made;
    const title = page.element.querySelector("h1") ? null : h("h1", { class: "visually-hidden" }, PAGES[index][1]);
    fill(main, title, page.element);
  } catch (error) {
    showError(error);
    fill(main, h("div", { class: "page" }, h("p", { class: "nothing" }, "This page could not be loaded.")));
  }
}

function theme(): void {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", document.documentElement.dataset.theme);
}

const KEYS: [string, string][] = [
  ["1 – 7", "Open a page"], ["+  −  0", "Zoom in, zoom out, fit"], ["← →", "Move the divider, a slider or a keyframe; a second in Film"],
  ["Space", "Play or pause in Film"], [",  .", "One frame back or on in Film"], ["Ctrl Z, Ctrl Shift Z", "Undo and redo; undo deleting in Library"],
  ["Ctrl V", "Paste a photo in Stage"], ["Double-click", "Reset a slider"],
  ["W, L, S", "Hold in Live: wink, laugh, shout"], ["C, R, F", "Calibrate, record, picture only in Live"], ["?", "Show this list"],
];

function showKeys(): void {
  if (document.querySelector("dialog")) return;
  const dialog: HTMLDialogElement = h("dialog", { class: "keys", "aria-labelledby": "keys-title", onclose: () => dialog.remove() },
    h("h2", { id: "keys-title" }, "Keyboard shortcuts"),
    h("dl", {}, ...KEYS.flatMap(([key, what]) => [h("dt", {}, key), h("dd", {}, what)])),
    h("button", { type: "button", onclick: () => dialog.close() }, "Close"));
  document.body.append(dialog);
  dialog.showModal();
}

function keys(event: KeyboardEvent): void {
  if (event.ctrlKey && !"zZyY".includes(event.key)) return;
  if (event.altKey || (event.target as HTMLElement).matches("input:not([type=range], [type=radio], [type=checkbox]), textarea, select")) return;
  const number = Number(event.key);
  if (document.querySelector("dialog")) return;
  if (event.key === "?") showKeys();
  else if (page?.key?.(event)) event.preventDefault();
  else if (number >= 1 && number <= PAGES.length && !event.ctrlKey) location.hash = `#${PAGES[number - 1][0]}`;
}

async function start(): Promise<void> {
  const saved = localStorage.getItem("theme");
  if (saved) document.documentElement.dataset.theme = saved;
  const key = /^\/answer\/([\w-]+)$/.exec(location.pathname)?.[1];
  if (key) {
    document.body.classList.add("standalone");
    document.body.append(mountConnection(), main, mountNotice());
    await (await import("./answer")).answer(key, main);
    return;
  }
  document.body.append(
    h("a", { class: "skip", href: "#main", onclick: (event: Event) => { event.preventDefault(); main.focus(); } }, "Skip to content"),
    h("nav", { class: "rail", "aria-label": "Studio" },
      h("div", { class: "brand", "aria-hidden": "true" }, "Rosetail"), ...links,
      h("span", { class: "spring" }), tool("Keyboard shortcuts (?)", ICONS.help, showKeys, { class: "tool shortcuts" }), tool("Switch between light and dark", ICONS.sun, theme)),
    main, mountNotice(), mountConnection(() => page || void go()));
  addEventListener("hashchange", () => void go());
  addEventListener("keydown", keys);
  dropAnywhere((files) => (page?.drop ? page.drop(files) : void openElsewhere(files)));
  await go();
}

void start();
