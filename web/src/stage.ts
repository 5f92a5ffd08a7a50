// Stage: one photo, drawn at once.

import { ask, many, newest, post, upload, type Look, type Photo } from "./api";
import { button, panel, toggle, tool } from "./controls";
import { fill, h, ICONS } from "./dom";
import { bare, droppable, dropZone, picker, save, snapshot } from "./files";
import { LOOK, lookControls } from "./look";
import { complain, doing, say } from "./notice";
import { choosePhoto, photo, status, viewOf, type Page } from "./state";
import { Viewer } from "./viewer";

const ACCEPT = "image/*";
const VIEW = 1280; // the longest side of what is drawn at once

export async function stage(): Promise<Page> {
  const { styles } = await status();
  const look: Look = { ...LOOK, style: styles[0]?.name ?? "cel" };
  const viewer = new Viewer();
  const facts = h("p", { class: "facts" });
  const area = h("div", { class: "canvas" });
  const input = picker(ACCEPT, (file) => void take(file));
  let shown = "";
  let wholeOf = ""; // the look that is shown at full size

  const put = (data: Blob): void => {
    if (shown) URL.revokeObjectURL(shown);
    shown = URL.createObjectURL(data);
    viewer.set(shown);
  };

  const draw = newest(async (began: number) => {
    const current = photo();
    if (!current) return;
    viewer.busy(true);
    try {
      const answer = await ask("POST", `/api/photos/${current.id}/drawing`, { look });
      if (photo()?.id !== current.id) return;
      put(await answer.blob());
      wholeOf = "";
      viewer.element.dataset.seconds = ((performance.now() - began) / 1000).toFixed(3);
      describe(current, performance.now() - began);
    } catch (error) {
      complain(error);
    } finally {
      viewer.busy(false);
    }
  });

  // Enlarged beyond what was drawn at once, the picture is drawn anew at its own size.
  const sharpen = newest(async (pixels: number) => {
    const current = photo();
    const wanted = JSON.stringify(look) + current?.id;
    if (!current || pixels < VIEW * 1.3 || Math.max(current.width, current.height) <= VIEW || wholeOf === wanted) return;
    wholeOf = wanted;
    const answer = await ask("POST", `/api/photos/${current.id}/drawing`, { look, whole: true });
    const data = await answer.blob();
    if (wholeOf === wanted) put(data);
  });
  viewer.onzoom = (pixels) => sharpen(pixels);

  const describe = (current: Photo, milliseconds?: number): void => {
    const faces = many(current.faces, "face");
    const time = milliseconds === undefined ? "" : ` · ${(milliseconds / 1000).toFixed(2)} s`;
    facts.textContent = `${current.name} · ${current.width} × ${current.height} · ${faces}${time}`;
  };

  const open = (current: Photo, began = performance.now()): void => {
    choosePhoto(current);
    fill(area, viewer.element);
    viewer.set("");
    viewer.show(viewOf(current.id), current.width, current.height);
    describe(current);
    side.inert = false;
    draw(began);
  };

  const take = async (file: File): Promise<void> => {
    const began = performance.now();
    area.classList.add("sending");
    try {
      open(await upload<Photo>("/api/photos", file, (part) => area.style.setProperty("--sent", `${part * 100}%`)), began);
    } catch (error) {
      complain(error);
    } finally {
      area.classList.remove("sending");
    }
  };

  const download = doing(async () => {
    const current = photo();
    if (!current) return;
    const answer = await ask("POST", `/api/photos/${current.id}/drawing`, { look, whole: true, form: "png" });
    save(await answer.blob(), `${bare(current.name)}-${look.style}.png`);
  });

  const keep = doing(async () => {
    const current = photo();
    if (!current) return;
    await post("/api/pictures", { photo: current.id, look, name: `${bare(current.name)}, ${look.style}` });
    say("Kept in the library");
  });

  const side = h("aside", { class: "inspector", inert: true },
    panel("Drawing", ...lookControls(styles, look, () => draw(performance.now()), { faces: true, detail: true })),
    panel("View", toggle("Compare with the photo", true, (on) => viewer.compare(on))),
    panel("Result",
      h("div", { class: "stack-buttons" },
        button("Download", ICONS.down, (event) => void download(event), { class: "primary" }),
        button("Keep in the library", ICONS.keep, (event) => void keep(event)))),
    panel("Photo",
      h("div", { class: "row" },
        button("Another", ICONS.up, () => input.click()),
        tool("Use the webcam", ICONS.camera, () => void snapshot((file) => void take(file))))),
    input);

  const zone = dropZone({
    title: "Drop a photo", accept: ACCEPT, camera: true, chosen: (file) => void take(file),
    hint: "JPEG, PNG, WebP, GIF or TIFF, any size. It stays on this machine.",
  });
  droppable(area, (file) => void take(file));
  fill(area, zone);
  const last = photo();
  if (last) open(last);
  const paste = (event: ClipboardEvent): void => {
    const file = event.clipboardData?.files[0];
    if (file) void take(file);
  };
  addEventListener("paste", paste);
  return {
    element: h("div", { class: "work" }, h("div", { class: "main" }, area, facts), side),
    key: (event) => viewer.key(event),
    leave: () => removeEventListener("paste", paste),
  };
}
