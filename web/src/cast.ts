// Cast: new characters for one face.

import { latestOnly, patch, post, type Character, type Photo } from "./api";
import { button, panel, slider, toggle, tool } from "./controls";
import { fill, h, ICONS } from "./dom";
import { attributes, missingModel, photoZone, pictureOf, regionName, REGIONS } from "./needs";
import { showError, action, notify } from "./notice";
import { choosePhoto, photo, viewOf, type Page } from "./state";

const COUNT = 8;
const SEEDS = 10_000; // four digits: the seed is part of the name

export async function cast(): Promise<Page> {
  const missing = await missingModel("Cast");
  if (missing) return { element: missing };
  const known = await attributes().catch(() => []);
  const regions = REGIONS.filter(([name]) => known.some((each) => each.region === name));
  const locks = new Set<string>();
  const wall = h("ul", { class: "wall", "aria-label": "Characters" });
  const area = h("div", { class: "scroll" }, wall);
  const facts = h("p", { class: "facts" });
  let chosen: Character | null = null;
  let spread = 0.5;
  let truncation = 1;

  const draw = latestOnly(async (like: Character | null) => {
    const current = photo();
    if (!current) return;
    area.classList.add("busy");
    try {
      const seed = Math.floor(Math.random() * SEEDS);
      const made = await post<Character[]>("/api/cast", {
        photo: current.id, n: COUNT, seed, truncation, spread: like && locks.size && spread === 0.5 ? 1 : spread,
        ...(like ? { like: like.id, locks: [...locks] } : { likeness: true }),
      });
      fill(wall, ...made.map((each) => card(each, current)));
      facts.textContent = like ? `Similar to ${like.name}${locks.size ? `, same ${[...locks].map(regionName).join(" and ")}` : ""}` : `${current.name} · ${COUNT} characters`;
    } catch (error) {
      showError(error);
    } finally {
      area.classList.remove("busy");
    }
  });

  const choose = (character: Character): void => {
    chosen = character;
    for (const each of wall.children) each.classList.toggle("chosen", (each as HTMLElement).dataset.id === character.id);
    fill(about, panel("Selected",
      h("img", { class: "portrait", src: pictureOf(character.id), alt: character.name }),
      h("div", { class: "stack-buttons" },
        button("Edit in Direct", ICONS.direct, () => (location.hash = `#direct/${character.id}`), { class: "primary" }),
        button("Similar characters", ICONS.plus, () => draw(character)))));
  };

  const card = (character: Character, of: Photo): HTMLElement => {
    const heart = tool("Favourite", ICONS.heart, (event) => void action(async () => {
      const next = await patch<Character>(`/api/characters/${character.id}`, { favourite: !character.favourite });
      character.favourite = next.favourite;
      heart.setAttribute("aria-pressed", String(next.favourite));
      notify(next.favourite ? "Added to favourites and saved to the library" : "Removed from favourites; still in the library");
    })(event), { "aria-pressed": String(character.favourite) });
    return h("li", { class: "member", "data-id": character.id },
      h("button", { type: "button", class: "face", "aria-label": `Select ${character.name}`, onclick: () => choose(character),
        ondblclick: () => (location.hash = `#direct/${character.id}`) },
        h("img", { src: pictureOf(character.id), alt: `${of.name} as ${character.name}` })), heart);
  };

  const about = h("div", {});
  const source = h("img", { class: "source", alt: "The photo" });
  const side = h("aside", { class: "inspector" },
    panel("Photo", h("div", { class: "row" }, source, button("Change photo", ICONS.up, () => { choosePhoto(null); location.reload(); }))),
    panel("New characters",
      button("New characters", ICONS.redo, () => draw(null), { class: "primary" }),
      slider({ label: "Variety", min: 0, max: 1, step: 0.05, value: 1, show: (v) => `${Math.round(v * 100)} %`, oninput: (v) => (truncation = v) }).element),
    panel("Similar characters",
      slider({ label: "Difference", min: 0.1, max: 1, step: 0.05, value: spread, show: (v) => `${Math.round(v * 100)} %`, oninput: (v) => (spread = v) }).element,
      ...(regions.length
        ? regions.map(([name, label]) => toggle(`Keep ${label.toLowerCase()}`, false, (on) => {
          if (on) locks.add(name);
          else locks.delete(name);
          if (chosen) draw(chosen);
        }))
        : [h("p", { class: "hint" }, "To keep features, this model needs edit directions. Create them with: rosetail directions fit")])),
    about);

  const open = (current: Photo): void => {
    source.src = viewOf(current.id);
    fill(main, area, facts);
    side.inert = false;
    draw(null);
  };
  const main = h("div", { class: "main" });
  const current = photo();
  if (current) open(current);
  else {
    fill(main, photoZone("Drop a photo to create characters", open), facts);
    side.inert = true;
  }
  return { element: h("div", { class: "work" }, main, side) };
}
