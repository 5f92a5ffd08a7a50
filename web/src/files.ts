// Where files come in and go out: drop zone, file picker, clipboard, webcam, download.

import { h, icon, ICONS } from "./dom";
import { button } from "./controls";
import { complain } from "./notice";

export function picker(accept: string, chosen: (file: File) => void): HTMLInputElement {
  const input = h("input", { type: "file", accept, class: "visually-hidden", tabIndex: -1, "aria-hidden": "true" });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = "";
    if (file) chosen(file);
  });
  return input;
}

/** Makes `area` take dropped files. */
export function droppable(area: HTMLElement, dropped: (file: File) => void): void {
  let depth = 0;
  const over = (by: number): void => {
    depth = Math.max(0, depth + by);
    area.classList.toggle("over", depth > 0);
  };
  area.addEventListener("dragenter", () => over(1));
  area.addEventListener("dragleave", () => over(-1));
  area.addEventListener("dragover", (event) => event.preventDefault());
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    const file = event.dataTransfer?.files[0];
    if (file) dropped(file);
  });
}

export function dropZone(options: {
  title: string; hint: string; accept: string; chosen: (file: File) => void; camera?: boolean;
}): HTMLElement {
  const input = picker(options.accept, options.chosen);
  const zone = h("div", { class: "drop" },
    h("div", { class: "drop-mark" }, icon(ICONS.up)),
    h("p", { class: "drop-title" }, options.title),
    h("p", { class: "hint" }, options.hint),
    h("div", { class: "row center" },
      button("Choose a file", ICONS.up, () => input.click(), { class: "primary" }),
      options.camera && button("Use the webcam", ICONS.camera, () => void snapshot(options.chosen))),
    input);
  droppable(zone, options.chosen);
  return zone;
}

/** A dialog that takes one picture from the webcam. */
export async function snapshot(taken: (file: File) => void): Promise<void> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 } } });
  } catch {
    complain(new Error("No webcam can be used. Allow it in the browser, or choose a file."));
    return;
  }
  const video = h("video", { autoplay: true, muted: true, playsInline: true });
  video.srcObject = stream;
  const dialog = h("dialog", { class: "camera", "aria-label": "Webcam" }, video,
    h("div", { class: "row center" },
      button("Take the photo", ICONS.camera, () => {
        const canvas = h("canvas", { width: video.videoWidth, height: video.videoHeight });
        canvas.getContext("2d")?.drawImage(video, 0, 0);
        canvas.toBlob((blob) => {
          dialog.close();
          if (blob) taken(new File([blob], "webcam.jpg", { type: "image/jpeg" }));
        }, "image/jpeg", 0.95);
      }, { class: "primary" }),
      h("button", { type: "button", onclick: () => dialog.close() }, "Close")));
  dialog.addEventListener("close", () => {
    stream.getTracks().forEach((track) => track.stop());
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** Save `source` (a Blob or an address of the studio) under `name`. */
export function save(source: Blob | string, name: string): void {
  const href = typeof source === "string" ? source : URL.createObjectURL(source);
  const link = h("a", { href, download: name.replace(/[\\/:*?"<>|]+/g, "-") });
  document.body.append(link);
  link.click();
  link.remove();
  if (typeof source !== "string") setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

export const bare = (name: string): string => name.replace(/\.[a-z0-9]{2,5}$/i, "");
