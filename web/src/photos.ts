// The strip of photos in Stage, Cast and Direct.

import type { Photo } from "./api";
import { button, panel, tool } from "./controls";
import { fill, h, ICONS } from "./dom";
import { picker, snapshot } from "./files";
import { viewOf } from "./state";
import { PHOTOS } from "./uploads";

const MOST = 8;

export interface PhotoStrip { element: HTMLElement; show(photos: Photo[], current: Photo | null): void }

export function photoStrip(chosen: (photo: Photo) => void, added: (files: File[]) => void): PhotoStrip {
  const list = h("ul", { class: "strip", "aria-label": "Photos" });
  const input = picker(PHOTOS, added);
  const element = panel("Photos", list, h("div", { class: "row" },
    button("Add photos", ICONS.up, () => input.click()),
    tool("Use webcam", ICONS.camera, () => void snapshot((file) => added([file])))), input);
  const show = (photos: Photo[], current: Photo | null): void => {
    const newest = photos.slice(0, MOST);
    const shown = !current || newest.some((each) => each.id === current.id) ? newest : [current, ...newest.slice(1)];
    fill(list, ...shown.map((each) => h("li", {}, h("button", {
      type: "button", class: "face", title: each.name, "aria-label": `Open ${each.name}`, "aria-pressed": String(each.id === current?.id),
      onclick: () => chosen(each),
    }, h("img", { src: viewOf(each.id), alt: "", loading: "lazy" })))));
    list.hidden = !shown.length;
  };
  return { element, show };
}
