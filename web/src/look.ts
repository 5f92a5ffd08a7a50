// The controls of a look, shared by Stage, Film and Study.

import type { Look, Style } from "./api";
import { choice, slider, toggle } from "./controls";

export const LOOK: Look = { style: "cel", strength: 1, anime: 0, faces_only: false, detail: "auto" };

const percent = (value: number): string => `${Math.round(value * 100)} %`;

export function lookControls(
  styles: Style[], look: Look, changed: () => void, parts: { faces?: boolean; detail?: boolean } = {},
): HTMLElement[] {
  const made = [
    choice("Look", styles.map((style) => ({ value: style.name, label: style.name, title: style.description })),
      look.style, (value) => { look.style = value; changed(); }).element,
    slider({
      label: "Strength", min: 0, max: 1, step: 0.01, value: look.strength, show: percent,
      oninput: (value) => { look.strength = value; changed(); },
    }).element,
    slider({
      label: "Anime proportions", min: 0, max: 1, step: 0.05, value: look.anime, show: percent,
      oninput: (value) => { look.anime = value; changed(); },
    }).element,
  ];
  if (parts.detail)
    made.push(slider({
      label: "Detail", min: 0, max: 2, step: 0.1, value: 0,
      show: (value) => (value === 0 ? "auto" : `× ${value.toFixed(1)}`),
      oninput: (value) => { look.detail = value === 0 ? "auto" : value; changed(); },
    }).element);
  if (parts.faces)
    made.push(toggle("Faces only", look.faces_only, (on) => { look.faces_only = on; changed(); }));
  return made;
}
