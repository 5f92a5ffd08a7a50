// What Cast and Direct need: a character model, and a photo with a face.

import { get, type Attribute } from "./api";
import { h, icon, ICONS } from "./dom";
import { dropZone, SAMPLE_PHOTO } from "./files";
import { status } from "./state";
import { PHOTOS } from "./uploads";

/** A message to show instead of the page if there is no character model, else null. */
export async function missingModel(what: string): Promise<HTMLElement | null> {
  const { model } = await status();
  if (model.ready) return null;
  return h("div", { class: "page" }, h("section", { class: "missing" },
    icon(ICONS.cast), h("h1", {}, `${what} needs the character model`),
    h("p", {}, `${capitalized(model.why)}.`),
    h("p", { class: "hint" }, "Stage, Film with a look, Library, Study and Live work without it.")));
}

export function photoZone(title: string, chosen: (files: File[]) => void): HTMLElement {
  return h("div", { class: "canvas" }, dropZone({
    title, hint: "A front-facing photo of one person. It stays on this computer.", accept: PHOTOS, camera: true, sample: SAMPLE_PHOTO, chosen,
  }));
}

let known: Promise<Attribute[]> | null = null;

export function attributes(): Promise<Attribute[]> {
  known ??= get<Attribute[]>("/api/attributes");
  known.catch(() => (known = null));
  return known;
}

const FIGURES: Record<string, string> = { "1girl": "female figure", "1boy": "male figure" };

/** A tag in plain words: "long_hair" is "long hair", the painter's "ink_hand" is "ink style". */
export const plain = (tag: string): string => FIGURES[tag] ?? tag.replace(/[_-]/g, " ").replace(/ hand$/, " style");
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
export const REGIONS: [string, string][] = [
  ["hair", "Hair"], ["eyes", "Eyes"], ["brows", "Brows"], ["mouth", "Mouth"], ["cheeks", "Cheeks"], ["face", "Face"],
  ["clothes", "Clothes"], ["ground", "Background"], ["whole", "Figure and style"],
];
export const regionName = (region: string): string => (REGIONS.find(([name]) => name === region)?.[1] ?? region).toLowerCase();
export const pictureOf = (id: string): string => `/api/characters/${id}/picture.jpg`;
