// What Cast and Direct cannot do without: a model of characters, and a photo with a face.

import { get, upload, type Attribute, type Photo } from "./api";
import { fill, h, icon, ICONS } from "./dom";
import { dropZone } from "./files";
import { complain } from "./notice";
import { choosePhoto, status } from "./state";

/** What to show in place of the page where there is no model of characters; null where there is. */
export async function missingModel(what: string): Promise<HTMLElement | null> {
  const { model } = await status();
  if (model.ready) return null;
  return h("div", { class: "page" }, h("section", { class: "missing" },
    icon(ICONS.cast), h("h1", {}, `${what} needs the character model`),
    h("p", {}, model.why.charAt(0).toUpperCase() + model.why.slice(1) + "."),
    h("p", { class: "hint" }, "Stage, Film with the looks, Library, Study and Live work without it.")));
}

export function photoZone(title: string, opened: (photo: Photo) => void): HTMLElement {
  const zone = h("div", { class: "canvas" });
  fill(zone, dropZone({
    title, hint: "One clear face. It stays on this machine.", accept: "image/*", camera: true,
    chosen: (file) => void (async () => {
      try {
        const photo = await upload<Photo>("/api/photos", file);
        choosePhoto(photo);
        opened(photo);
      } catch (error) {
        complain(error);
      }
    })(),
  }));
  return zone;
}

let known: Promise<Attribute[]> | null = null;

export function attributes(): Promise<Attribute[]> {
  known ??= get<Attribute[]>("/api/attributes");
  known.catch(() => (known = null));
  return known;
}

export const plain = (tag: string): string => tag.replace(/[_-]/g, " ");
export const REGIONS: [string, string][] = [
  ["hair", "Hair"], ["eyes", "Eyes"], ["brows", "Brows"], ["mouth", "Mouth"], ["cheeks", "Cheeks"], ["face", "Face"],
  ["clothes", "Clothes"], ["ground", "Background"], ["whole", "Whole"],
];
export const pictureOf = (id: string): string => `/api/characters/${id}/picture.jpg`;
