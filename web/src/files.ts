// Files in and out: drop zone, file picker, webcam, download.

import { h, icon, ICONS } from "./dom";
import { send } from "./api";
import { button } from "./controls";
import { action, showError } from "./notice";

/** A file of the package to try the studio with. */
export interface Sample { label: string; path: string; type: string }
export const SAMPLE_PHOTO: Sample = { label: "Try the sample photo", path: "/samples/astronaut.jpg", type: "image/jpeg" };
export const SAMPLE_CLIP: Sample = { label: "Try the sample clip", path: "/samples/astronaut.mp4", type: "video/mp4" };

export function picker(accept: string, chosen: (files: File[]) => void): HTMLInputElement {
  const input = h("input", { type: "file", accept, multiple: true, class: "visually-hidden", tabIndex: -1, "aria-hidden": "true" });
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length) chosen(files);
  });
  return input;
}

/** Calls `dropped` with files that are dropped anywhere on the page. */
export function dropAnywhere(dropped: (files: File[]) => void): void {
  let depth = 0;
  const over = (by: number): void => {
    depth = Math.max(0, depth + by);
    document.body.classList.toggle("over", depth > 0);
  };
  const ofFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragenter", (event) => ofFiles(event) && over(1));
  addEventListener("dragleave", (event) => ofFiles(event) && over(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length) dropped(files);
  });
}

export function dropZone(options: {
  title: string; hint: string; accept: string; chosen: (files: File[]) => void; camera?: boolean; sample: Sample;
}): HTMLElement {
  const input = picker(options.accept, options.chosen);
  const { label, path, type } = options.sample;
  const sample = action(async () => {
    const data = await (await send("GET", path)).blob();
    options.chosen([new File([data], path.slice(path.lastIndexOf("/") + 1), { type })]);
  });
  return h("div", { class: "drop" },
    h("div", { class: "drop-mark" }, icon(ICONS.up)),
    h("p", { class: "drop-title" }, options.title),
    h("p", { class: "hint" }, options.hint),
    h("div", { class: "row center" },
      button("Choose files", ICONS.up, () => input.click(), { class: "primary" }),
      options.camera && button("Use webcam", ICONS.camera, () => void snapshot((file) => options.chosen([file]))),
      button(label, ICONS.play, (event) => void sample(event))),
    input);
}

/** The webcam's stream; `lost` is called if the webcam is disconnected. Throws an Error that says what to do. */
export async function webcam(video: MediaTrackConstraints, lost: () => void): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new Error("Browsers allow the webcam only on https pages and on localhost");
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video });
  } catch (error) {
    const denied = error instanceof DOMException && error.name === "NotAllowedError";
    throw new Error(denied ? "The webcam is blocked; allow it in the browser's settings for this page" : "No webcam was found, or another program is using it");
  }
  stream.getVideoTracks().forEach((track) => track.addEventListener("ended", () => {
    lost();
    showError(new Error("The webcam was disconnected"));
  }));
  return stream;
}

/** A dialog that takes one photo with the webcam. */
export async function snapshot(taken: (file: File) => void): Promise<void> {
  let stream: MediaStream;
  try {
    stream = await webcam({ width: { ideal: 1280 } }, () => dialog.close());
  } catch (error) {
    showError(error);
    return;
  }
  const video = h("video", { autoplay: true, muted: true, playsInline: true });
  video.srcObject = stream;
  const dialog = h("dialog", { class: "camera", "aria-label": "Webcam" }, video,
    h("div", { class: "row center" },
      button("Take photo", ICONS.camera, () => {
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

/** Copy `text`. The clipboard API exists only over https and on localhost. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = h("textarea", { value: text, class: "visually-hidden" });
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("The link cannot be copied; select it and copy it by hand");
}

/** Download `source`, a Blob or an address of the studio, as `name`. */
export function save(source: Blob | string, name: string): void {
  const href = typeof source === "string" ? source : URL.createObjectURL(source);
  const link = h("a", { href, download: name.replace(/[\\/:*?"<>|]+/g, "-") });
  document.body.append(link);
  link.click();
  link.remove();
  if (typeof source !== "string") setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

export const bare = (name: string): string => name.replace(/\.[a-z0-9]{2,5}$/i, "");
