// Stage: shows a photo as anime.

import { send, plural, latestOnly, post, upload, type Look, type Photo } from "./api";
import { button, panel, toggle, tool } from "./controls";
import { fill, h, ICONS } from "./dom";
import { bare, droppable, dropZone, picker, SAMPLE_PHOTO, save, snapshot } from "./files";
import { LOOK, lookControls } from "./look";
import { showError, action, notify } from "./notice";
import { choosePhoto, photo, status, viewOf, type Page } from "./state";
import { Viewer } from "./viewer";

const ACCEPT = "image/*";
const VIEW = 1280; // longest side of the first drawing

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

  const draw = latestOnly(async (began: number) => {
    const current = photo();
    if (!current) return;
    viewer.busy(true);
    try {
      const answer = await send("POST", `/api/photos/${current.id}/drawing`, { look });
      if (photo()?.id !== current.id) return;
      put(await answer.blob());
      wholeOf = "";
      viewer.element.dataset.seconds = ((performance.now() - began) / 1000).toFixed(3);
      describe(current, performance.now() - began);
    } catch (error) {
      showError(error);
    } finally {
      viewer.busy(false);
    }
  });

  // When zoomed in, the photo is drawn again at its full size.
  const sharpen = latestOnly(async (pixels: number) => {
    const current = photo();
    const wanted = JSON.stringify(look) + current?.id;
    if (!current || pixels < VIEW * 1.3 || Math.max(current.width, current.height) <= VIEW || wholeOf === wanted) return;
    wholeOf = wanted;
    const answer = await send("POST", `/api/photos/${current.id}/drawing`, { look, whole: true });
    const data = await answer.blob();
    if (wholeOf === wanted) put(data);
  });
  viewer.onzoom = (pixels) => sharpen(pixels);

  const describe = (current: Photo, milliseconds?: number): void => {
    const faces = plural(current.faces, "face");
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
      showError(error);
    } finally {
      area.classList.remove("sending");
    }
  };

  const download = action(async () => {
    const current = photo();
    if (!current) return;
    const answer = await send("POST", `/api/photos/${current.id}/drawing`, { look, whole: true, form: "png" });
    save(await answer.blob(), `${bare(current.name)}-${look.style}.png`);
  });

  const keep = action(async () => {
    const current = photo();
    if (!current) return;
    await post("/api/pictures", { photo: current.id, look, name: `${bare(current.name)}, ${look.style}` });
    notify("Saved to the library");
  });

  const side = h("aside", { class: "inspector", inert: true },
    panel("Settings", ...lookControls(styles, look, () => draw(performance.now()), { faces: true, detail: true })),
    panel("View", toggle("Compare with photo", true, (on) => viewer.compare(on))),
    panel("Result",
      h("div", { class: "stack-buttons" },
        button("Download", ICONS.down, (event) => void download(event), { class: "primary" }),
        button("Save to library", ICONS.keep, (event) => void keep(event)))),
    panel("Photo",
      h("div", { class: "row" },
        button("Change photo", ICONS.up, () => input.click()),
        tool("Use webcam", ICONS.camera, () => void snapshot((file) => void take(file))))),
    input);

  const zone = dropZone({
    title: "Drop a photo", accept: ACCEPT, camera: true, chosen: (file) => void take(file),
    hint: "JPEG, PNG, WebP, GIF or TIFF, any size. It stays on this computer.", sample: SAMPLE_PHOTO,
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
