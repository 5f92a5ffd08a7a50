// Stage: shows a photo as anime.

import { send, plural, latestOnly, post, type Look, type Photo } from "./api";
import { button, panel, toggle } from "./controls";
import { fill, h, ICONS } from "./dom";
import { bare, dropZone, SAMPLE_PHOTO, save } from "./files";
import { LOOK, lookControls } from "./look";
import { showError, action, notify } from "./notice";
import { photoStrip } from "./photos";
import { choosePhoto, openPhotos, photo, status, viewOf, type Page } from "./state";
import { add, openElsewhere, PHOTOS, kindOf } from "./uploads";
import { Viewer } from "./viewer";
import { undoButtons, undoKey, Work } from "./work";

const VIEW = 1280; // longest side of the first drawing

interface Setting { look: Look; compare: boolean }

export async function stage(): Promise<Page> {
  const { styles } = await status();
  const initial: Setting = { look: { ...LOOK, style: styles[0]?.name ?? "cel" }, compare: true };
  let work: Work<Setting> | null = null;
  let photos: Photo[] = [];
  const viewer = new Viewer();
  const facts = h("p", { class: "facts" });
  const area = h("div", { class: "canvas" });
  const drawing = drawer(viewer, facts);
  const look = (): Look => work?.now.look ?? initial.look;
  const draw = (): void => drawing.draw({ look: look(), began: performance.now() });
  viewer.onzoom = (pixels) => drawing.sharpen({ look: look(), pixels });

  const open = async (current: Photo): Promise<void> => {
    choosePhoto(current);
    work?.close();
    work = null;
    fill(area, viewer.element);
    viewer.set("");
    viewer.show(viewOf(current.id), current.width, current.height);
    facts.textContent = factsOf(current);
    side.inert = false;
    strip.show(photos, current);
    const opened = await Work.open("stage", current.id, initial, show);
    if (photo()?.id !== current.id) return opened.close();
    work = opened;
    show(opened.now);
  };
  const show = (now: Setting): void => {
    controls.set(now.look);
    compare.set(now.compare);
    viewer.compare(now.compare);
    draw();
    mark();
  };
  const change = (values: Partial<Setting>, done = false): void => {
    work?.set(values, done);
    mark();
  };

  const take = async (files: File[]): Promise<void> => {
    if (files.some((file) => kindOf(file) !== "photo")) return void openElsewhere(files);
    const added = await add(files, { photo: (made) => { photos = [made, ...photos]; void open(made).catch(showError); } });
    photos = [...added.photos.slice(1), ...photos];
    strip.show(photos, photo());
  };
  const strip = photoStrip((each) => void open(each).catch(showError), (files) => void take(files));
  const { element: buttons, mark } = undoButtons(() => work);
  const controls = lookControls(styles, initial.look, (values) => {
    change({ look: { ...look(), ...values } });
    draw();
  }, { faces: true, detail: true });
  const compare = toggle("Compare with photo", true, (on) => { viewer.compare(on); change({ compare: on }, true); });
  const side = h("aside", { class: "inspector", inert: true },
    h("section", { class: "panel" }, h("div", { class: "row" }, h("h2", {}, "Settings"), buttons), ...controls.elements),
    panel("View", compare.element),
    panel("Result", resultButtons(look)),
    strip.element);

  const begin = async (): Promise<void> => {
    const found = await openPhotos();
    photos = found.photos;
    if (found.current) await open(found.current);
    else fill(area, dropZone({
      title: "Drop photos anywhere", accept: PHOTOS, camera: true, chosen: (files) => void take(files),
      hint: "JPEG, PNG, WebP, GIF, TIFF or AVIF, any size. They stay on this computer.", sample: SAMPLE_PHOTO,
    }));
  };
  await begin();
  const paste = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) void take(files);
  };
  addEventListener("paste", paste);
  return {
    element: h("div", { class: "work" }, h("div", { class: "main" }, area, facts), side),
    drop: (files) => void take(files),
    key: (event) => undoKey(event, work) || viewer.key(event),
    leave: () => { removeEventListener("paste", paste); work?.close(); },
  };
}

const factsOf = (current: Photo, milliseconds?: number): string => {
  const time = milliseconds === undefined ? "" : ` · ${(milliseconds / 1000).toFixed(2)} s`;
  return `${current.name} · ${current.width} × ${current.height} · ${plural(current.faces, "face")}${time}`;
};

/** Draws the chosen photo, and again at its full size when it is zoomed in. */
function drawer(viewer: Viewer, facts: HTMLElement): {
  draw: (wanted: { look: Look; began: number }) => void; sharpen: (wanted: { look: Look; pixels: number }) => void;
} {
  let shown = "";
  let wholeOf = ""; // the look that is shown at full size
  const put = (data: Blob): void => {
    if (shown) URL.revokeObjectURL(shown);
    shown = URL.createObjectURL(data);
    viewer.set(shown);
  };
  const draw = latestOnly(async ({ look, began }: { look: Look; began: number }) => {
    const current = photo();
    if (!current) return;
    viewer.busy(true);
    try {
      const answer = await send("POST", `/api/photos/${current.id}/drawing`, { look });
      const data = await answer.blob();
      if (photo()?.id !== current.id) return;
      put(data);
      wholeOf = "";
      const took = performance.now() - began;
      viewer.element.dataset.seconds = (took / 1000).toFixed(3);
      facts.textContent = factsOf(current, took);
    } catch (error) {
      showError(error);
    } finally {
      viewer.busy(false);
    }
  });
  const sharpen = latestOnly(async ({ look, pixels }: { look: Look; pixels: number }) => {
    const current = photo();
    const wanted = JSON.stringify(look) + current?.id;
    if (!current || pixels < VIEW * 1.3 || Math.max(current.width, current.height) <= VIEW || wholeOf === wanted) return;
    wholeOf = wanted;
    const answer = await send("POST", `/api/photos/${current.id}/drawing`, { look, whole: true });
    const data = await answer.blob();
    if (wholeOf === wanted) put(data);
  });
  return { draw, sharpen };
}

function resultButtons(look: () => Look): HTMLElement {
  const download = action(async () => {
    const current = photo();
    if (!current) return;
    const answer = await send("POST", `/api/photos/${current.id}/drawing`, { look: look(), whole: true, form: "png" });
    save(await answer.blob(), `${bare(current.name)}-${look().style}.png`);
  });
  const keep = action(async () => {
    const current = photo();
    if (!current) return;
    await post("/api/pictures", { photo: current.id, look: look(), name: `${bare(current.name)}, ${look().style}` });
    notify("Saved to the library");
  });
  return h("div", { class: "stack-buttons" },
    button("Download", ICONS.down, (event) => void download(event), { class: "primary" }),
    button("Save to library", ICONS.keep, (event) => void keep(event)));
}
