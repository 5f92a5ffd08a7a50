// The controls of a look, shared by Stage, Film and Study.

import type { Look, Style } from "./api";
import { choice, slider, toggle } from "./controls";

export const LOOK: Look = { style: "cel", strength: 1, anime: 0, faces_only: false, detail: "auto" };

const percent = (value: number): string => `${Math.round(value * 100)} %`;

export interface LookControls { elements: HTMLElement[]; set(look: Look): void }

/** `changed` is called with the changed fields. */
export function lookControls(
  styles: Style[], look: Look, changed: (values: Partial<Look>) => void, parts: { faces?: boolean; detail?: boolean } = {},
): LookControls {
  const style = choice("Look", styles.map((each) => ({ value: each.name, label: each.name, title: each.description })),
    look.style, (value) => changed({ style: value }));
  const strength = slider({
    label: "Strength", min: 0, max: 1, step: 0.01, value: look.strength, show: percent, oninput: (value) => changed({ strength: value }),
  });
  const anime = slider({
    label: "Anime proportions", min: 0, max: 1, step: 0.05, value: look.anime, show: percent, oninput: (value) => changed({ anime: value }),
  });
  const detail = slider({
    label: "Detail", min: 0, max: 2, step: 0.1, value: 0, show: (value) => (value === 0 ? "auto" : `× ${value.toFixed(1)}`),
    oninput: (value) => changed({ detail: value === 0 ? "auto" : value }),
  });
  const faces = toggle("Faces only", look.faces_only, (on) => changed({ faces_only: on }));
  const set = (next: Look): void => {
    style.set(next.style);
    strength.set(next.strength);
    anime.set(next.anime);
    detail.set(next.detail === "auto" ? 0 : next.detail);
    faces.set(next.faces_only);
  };
  set(look);
  const elements = [style.element, strength.element, anime.element];
  if (parts.detail) elements.push(detail.element);
  if (parts.faces) elements.push(faces.element);
  return { elements, set };
}
