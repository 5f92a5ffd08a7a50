// Library: rename, download and delete what was saved.

import { get, megabytes, patch, remove, upload, type Character, type Clip, type Job, type Photo, type Picture } from "./api";
import { button, editable, tool } from "./controls";
import { fill, h, ICONS } from "./dom";
import { bare, droppable, picker, save } from "./files";
import { filmOf } from "./jobs";
import { pictureOf, plain } from "./needs";
import { showError, action, notify } from "./notice";
import { choosePhoto, status, viewOf, type Page } from "./state";

interface Item {
  path: string; name: string; facts: string; picture?: string; video?: string; poster?: string;
  file?: [string, string]; open?: () => void; renamed: boolean;
}

const TABS: [string, string, () => Promise<Item[]>][] = [
  ["characters", "Characters", async () => (await get<Character[]>("/api/characters")).map((each) => ({
    path: `/api/characters/${each.id}`, name: each.name, renamed: true,
    facts: Object.keys(each.edits).map(plain).join(", ") || (each.favourite ? "favourite" : "no edits"),
    picture: pictureOf(each.id), open: () => (location.hash = `#direct/${each.id}`),
    file: [`/api/characters/${each.id}/file.json`, `${bare(each.name)}.json`],
  }))],
  ["drawings", "Drawings", async () => (await get<Picture[]>("/api/pictures")).map((each) => ({
    path: `/api/pictures/${each.id}`, name: each.name, renamed: true,
    facts: `${each.width} × ${each.height} · ${megabytes(each.bytes)}`,
    picture: `/api/pictures/${each.id}/file.png`,
    file: [`/api/pictures/${each.id}/file.png`, `${bare(each.name)}.png`],
  }))],
  ["films", "Films", async () => (await get<Job[]>("/api/jobs"))
    .filter((each) => each.kind === "film" && each.state === "done").map((each) => ({
      path: `/api/jobs/${each.id}`, name: each.name, facts: `${each.done} frames · ${megabytes(each.bytes)}`,
      video: filmOf(each), file: [filmOf(each), `${bare(each.name)}.mp4`], renamed: true,
    }))],
  ["photos", "Photos", async () => (await get<Photo[]>("/api/photos")).map((each) => ({
    path: `/api/photos/${each.id}`, name: each.name, facts: `${each.width} × ${each.height} · ${megabytes(each.bytes)}`,
    picture: viewOf(each.id), renamed: false,
    open: () => { choosePhoto(each); location.hash = "#stage"; },
  }))],
  ["clips", "Clips", async () => (await get<Clip[]>("/api/clips")).map((each) => ({
    path: `/api/clips/${each.id}`, name: each.name, facts: `${each.seconds.toFixed(1)} s · ${megabytes(each.bytes)}`,
    picture: `/api/clips/${each.id}/poster.jpg`, renamed: false,
    open: () => { sessionStorage.setItem("clip", JSON.stringify(each)); location.hash = "#film"; },
  }))],
];

export async function library(): Promise<Page> {
  const grid = h("ul", { class: "grid" });
  const used = h("span", { class: "hint" });
  let current = "drawings";

  const show = async (): Promise<void> => {
    const [, label, load] = TABS.find(([name]) => name === current) ?? TABS[0];
    try {
      const items = await load();
      fill(grid, ...(items.length ? items.map(card) : [h("li", { class: "nothing" }, `No ${label.toLowerCase()} yet.`)]));
      used.textContent = `${megabytes((await status(true)).library_bytes)} used`;
    } catch (error) {
      showError(error);
    }
  };

  const card = (item: Item): HTMLLIElement => {
    const face = item.video
      ? h("video", { src: item.video, controls: true, preload: "metadata", playsInline: true })
      : h("img", { src: item.picture ?? "", alt: item.name, loading: "lazy" });
    const shown = item.open
      ? h("button", { class: "face", type: "button", onclick: item.open, "aria-label": `Open ${item.name}` }, face)
      : h("div", { class: "face" }, face);
    return h("li", { class: "card" }, shown,
      item.renamed
        ? editable(item.name, (name) => void patch(item.path, { name }).catch(showError))
        : h("p", { class: "name" }, item.name),
      h("div", { class: "row" }, h("span", { class: "hint" }, item.facts), h("span", { class: "tools" },
        item.file && tool(`Download ${item.name}`, ICONS.down, () => save(item.file![0], item.file![1])),
        tool(`Delete ${item.name}`, ICONS.trash, (event) => void action(async () => {
          await remove(item.path);
          notify(`${item.name} deleted`);
          await show();
        })(event)))));
  };

  const tabs = h("div", { class: "segments tabs", role: "group", "aria-label": "Type" }, ...TABS.map(([name, label]) =>
    h("label", {}, h("input", {
      type: "radio", name: "library", value: name, checked: name === current,
      onchange: () => { current = name; void show(); },
    }), h("span", {}, label))));
  const take = (file: File): void => void (async () => {
    try {
      const made = await upload<Character>("/api/characters/file", file);
      notify(`${made.name} imported`);
      await show();
    } catch (error) {
      showError(error);
    }
  })();
  const input = picker("application/json,.json", take);
  const element = h("div", { class: "page" },
    h("header", { class: "row" }, h("h1", {}, "Library"), tabs, h("span", { class: "row" }, used, button("Import character", ICONS.up, () => input.click()), input)), grid);
  droppable(element, take);
  void show();
  return { element };
}
