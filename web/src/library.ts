// Library: rename, download and delete what was saved.

import { get, megabytes, patch, send, type Character, type Clip, type Job, type Photo, type Picture } from "./api";
import { button, editable, tool } from "./controls";
import { fill, h, ICONS } from "./dom";
import { bare, picker, save } from "./files";
import { filmOf, suffixOf } from "./jobs";
import { pictureOf, plain } from "./needs";
import { showError, action, deleteWithUndo, notify, undoDeletion } from "./notice";
import { choosePhoto, status, viewOf, type Page } from "./state";
import { add } from "./uploads";

interface Item {
  path: string; name: string; facts: string; picture?: string; video?: string; poster?: string;
  file?: [string, string]; open?: () => void; renamed: boolean; restored?: boolean;
}
interface Deleted { id: string; name: string; created: number; kind: string }

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
      ...(each.spec.figure ? { picture: "" } : { video: filmOf(each) }), // browsers cannot play ProRes
      file: [filmOf(each), `${bare(each.name)}.${suffixOf(each)}`], renamed: true,
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
  ["deleted", "Deleted", async () => (await get<Deleted[]>("/api/deleted")).map((each) => ({
    path: `/api/${each.kind}/${each.id}`, name: each.name, renamed: false, restored: true, picture: "",
    facts: `${NAMES[each.kind] ?? each.kind}, deleted ${new Date(each.created * 1000).toLocaleTimeString()}`,
  }))],
];
const NAMES: Record<string, string> = {
  photos: "photo", clips: "clip", pictures: "drawing", characters: "character", jobs: "film", studies: "study",
};

export async function library(): Promise<Page> {
  const grid = h("ul", { class: "grid" });
  const used = h("span", { class: "hint" });
  let current = "drawings";

  const show = async (): Promise<void> => {
    const [, label, load] = TABS.find(([name]) => name === current) ?? TABS[0];
    try {
      const items = await load();
      empty.hidden = current !== "deleted" || !items.length;
      fill(grid, ...(items.length ? items.map(card) : [h("li", { class: "nothing" }, current === "deleted" ? "Nothing was deleted in the last day." : `No ${label.toLowerCase()} yet.`)]));
      used.textContent = `${megabytes((await status(true)).library_bytes)} used`;
    } catch (error) {
      showError(error);
    }
  };

  const card = (item: Item): HTMLLIElement => {
    const face = item.video
      ? h("video", { src: item.video, controls: true, preload: "metadata", playsInline: true })
      : item.picture ? h("img", { src: item.picture, alt: item.name, loading: "lazy" }) : null;
    const shown = item.open
      ? h("button", { class: "face", type: "button", onclick: item.open, "aria-label": `Open ${item.name}` }, face)
      : face && h("div", { class: "face" }, face);
    return h("li", { class: "card" }, shown,
      item.renamed
        ? editable(item.name, (name) => void patch(item.path, { name }).catch(showError))
        : h("p", { class: "name" }, item.name),
      h("div", { class: "row" }, h("span", { class: "hint" }, item.facts), h("span", { class: "tools" },
        item.file && tool(`Download ${item.name}`, ICONS.down, () => save(item.file![0], item.file![1])),
        item.restored
          ? tool(`Restore ${item.name}`, ICONS.undo, (event) => void action(async () => {
            await send("POST", `${item.path}/restore`);
            notify(`${item.name} restored`);
            await show();
          })(event))
          : tool(`Delete ${item.name}`, ICONS.trash, (event) => void action(() => deleteWithUndo(item.path, item.name, show))(event)))));
  };

  const tabs = h("div", { class: "segments tabs", role: "group", "aria-label": "Type" }, ...TABS.map(([name, label]) =>
    h("label", {}, h("input", {
      type: "radio", name: "library", value: name, checked: name === current,
      onchange: () => { current = name; void show(); },
    }), h("span", {}, label))));
  const take = async (files: File[]): Promise<void> => {
    const { photos, clips, characters } = await add(files);
    const [first] = [...photos, ...clips, ...characters];
    if (!first) return;
    current = photos.length ? "photos" : clips.length ? "clips" : "characters";
    tabs.querySelector<HTMLInputElement>(`[value=${current}]`)!.checked = true;
    if (photos.length + clips.length + characters.length === 1) notify(`${first.name} added`);
    await show();
  };
  const empty = button("Empty", ICONS.trash, (event) => void action(async () => {
    await send("DELETE", "/api/deleted");
    notify("Removed for good");
    await show();
  })(event), { hidden: true });
  const input = picker("image/*,video/*,.mkv,.json", (files) => void take(files));
  const element = h("div", { class: "page" },
    h("header", { class: "row" }, h("h1", {}, "Library"), tabs,
      h("span", { class: "row" }, used, empty, button("Add files", ICONS.up, () => input.click()), input)), grid);
  void show();
  return {
    element,
    drop: (files) => void take(files),
    key: (event) => (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && undoDeletion(),
  };
}
