// Cast: new characters for one face.

import { get, latestOnly, patch, post, type Character, type Photo } from "./api";
import { button, panel, slider, toggle, tool, type Toggle } from "./controls";
import { fill, h, ICONS } from "./dom";
import { attributes, missingModel, photoZone, pictureOf, regionName, REGIONS } from "./needs";
import { showError, action, notify } from "./notice";
import { photoStrip } from "./photos";
import { choosePhoto, openPhotos, photo, type Page } from "./state";
import { add, kindOf, openElsewhere } from "./uploads";
import { undoButtons, undoKey, Work } from "./work";

const COUNT = 8;
const SEEDS = 10_000; // four digits: the seed is part of the name

type Member = Pick<Character, "id" | "name">;
interface Wall { wall: Member[]; said: string; chosen: string; locks: string[]; spread: number; truncation: number }
const EMPTY: Wall = { wall: [], said: "", chosen: "", locks: [], spread: 0.5, truncation: 1 };

export async function cast(): Promise<Page> {
  const missing = await missingModel("Cast");
  if (missing) return { element: missing };
  const known = await attributes().catch(() => []);
  const regions = REGIONS.filter(([name]) => known.some((each) => each.region === name));
  const favourites = new Set((await get<Character[]>("/api/characters")).filter((each) => each.favourite).map((each) => each.id));
  const list = h("ul", { class: "wall", "aria-label": "Characters" });
  const area = h("div", { class: "scroll" }, list);
  const facts = h("p", { class: "facts" });
  const about = h("div", {});
  const main = h("div", { class: "main" });
  let photos: Photo[] = [];
  let work: Work<Wall> | null = null;
  const now = (): Wall => work?.now ?? EMPTY;

  const draw = latestOnly(async (like: Member | null) => {
    const current = photo();
    const drawnFor = work;
    if (!current || !drawnFor) return;
    const { locks, spread, truncation } = now();
    area.classList.add("busy");
    try {
      const seed = Math.floor(Math.random() * SEEDS);
      const made = await post<Character[]>("/api/cast", {
        photo: current.id, n: COUNT, seed, truncation, spread: like && locks.length && spread === 0.5 ? 1 : spread,
        ...(like ? { like: like.id, locks } : { likeness: true }),
      });
      const same = locks.length ? `, same ${locks.map(regionName).join(" and ")}` : "";
      const next = {
        wall: made.map(({ id, name }) => ({ id, name })),
        said: like ? `Similar to ${like.name}${same}` : `${current.name} · ${COUNT} characters`,
      };
      if (drawnFor.now.wall.length) drawnFor.set(next, true);
      else drawnFor.begin(next);
      if (drawnFor === work) show(now());
    } catch (error) {
      showError(error);
    } finally {
      area.classList.remove("busy");
    }
  });

  const change = (values: Partial<Wall>, done = false): void => {
    work?.set(values, done);
    mark();
  };
  const choose = (character: Member): void => {
    change({ chosen: character.id }, true);
    showChosen();
  };
  const showChosen = (): void => {
    const { chosen, wall } = now();
    for (const each of list.children) each.classList.toggle("chosen", (each as HTMLElement).dataset.id === chosen);
    const character = wall.find((each) => each.id === chosen);
    fill(about, character && panel("Selected",
      h("img", { class: "portrait", src: pictureOf(character.id), alt: character.name }),
      h("div", { class: "stack-buttons" },
        button("Edit in Direct", ICONS.direct, () => (location.hash = `#direct/${character.id}`), { class: "primary" }),
        button("Similar characters", ICONS.plus, () => draw(character)))));
  };

  const card = (character: Member): HTMLElement => {
    const heart = tool("Favourite", ICONS.heart, (event) => void action(async () => {
      const { favourite } = await patch<Character>(`/api/characters/${character.id}`, { favourite: !favourites.has(character.id) });
      if (favourite) favourites.add(character.id);
      else favourites.delete(character.id);
      heart.setAttribute("aria-pressed", String(favourite));
      notify(favourite ? "Added to favourites and saved to the library" : "Removed from favourites; still in the library");
    })(event), { "aria-pressed": String(favourites.has(character.id)) });
    const element: HTMLElement = h("li", { class: "member", "data-id": character.id },
      h("button", { type: "button", class: "face", "aria-label": `Select ${character.name}`, onclick: () => choose(character),
        ondblclick: () => (location.hash = `#direct/${character.id}`) },
        h("img", { src: pictureOf(character.id), alt: character.name, onerror: () => element.remove() })), heart);
    return element;
  };

  const variety = slider({ label: "Variety", min: 0, max: 1, step: 0.05, value: 1, show: (v) => `${Math.round(v * 100)} %`, oninput: (v) => change({ truncation: v }) });
  const difference = slider({ label: "Difference", min: 0.1, max: 1, step: 0.05, value: 0.5, show: (v) => `${Math.round(v * 100)} %`, oninput: (v) => change({ spread: v }) });
  const locks: [string, Toggle][] = regions.map(([name, label]) => [name, toggle(`Keep ${label.toLowerCase()}`, false, (on) => {
    change({ locks: on ? [...now().locks, name] : now().locks.filter((each) => each !== name) }, true);
    const like = now().wall.find((each) => each.id === now().chosen);
    if (like) draw(like);
  })]);
  const { element: buttons, mark } = undoButtons(() => work);

  const show = (value: Wall): void => {
    fill(list, ...value.wall.map(card));
    facts.textContent = value.said;
    variety.set(value.truncation);
    difference.set(value.spread);
    locks.forEach(([name, each]) => each.set(value.locks.includes(name)));
    showChosen();
    mark();
  };

  const open = async (current: Photo): Promise<void> => {
    choosePhoto(current);
    work?.close();
    work = null;
    fill(main, area, facts);
    fill(list);
    fill(about);
    side.inert = false;
    strip.show(photos, current);
    const opened = await Work.open("cast", current.id, EMPTY, show);
    if (photo()?.id !== current.id) return opened.close();
    work = opened;
    show(opened.now);
    if (!opened.now.wall.length) draw(null);
  };
  const take = async (files: File[]): Promise<void> => {
    if (files.some((file) => kindOf(file) !== "photo")) return void openElsewhere(files);
    const added = await add(files, { photo: (made) => { photos = [made, ...photos]; void open(made).catch(showError); } });
    photos = [...added.photos.slice(1), ...photos];
    strip.show(photos, photo());
  };
  const strip = photoStrip((each) => void open(each).catch(showError), (files) => void take(files));

  const side = h("aside", { class: "inspector", inert: true },
    h("section", { class: "panel" }, h("div", { class: "row" }, h("h2", {}, "New characters"), buttons),
      button("New characters", ICONS.redo, () => draw(null), { class: "primary" }), variety.element),
    panel("Similar characters", difference.element,
      ...(regions.length ? locks.map(([, each]) => each.element)
        : [h("p", { class: "hint" }, "To keep features, this model needs edit directions. Create them with: rosetail directions fit")])),
    about, strip.element);

  const found = await openPhotos();
  photos = found.photos;
  if (found.current) await open(found.current);
  else fill(main, photoZone("Drop a photo to create characters", (files) => void take(files)), facts);
  return {
    element: h("div", { class: "work" }, main, side),
    drop: (files) => void take(files),
    key: (event) => undoKey(event, work),
    leave: () => work?.close(),
  };
}
