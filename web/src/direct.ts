// Direct: edits one character with a slider for each edit.

import { send, get, plural, latestOnly, Problem, post, type Character, type Edits, type Photo } from "./api";
import { button, choice, panel, toggle } from "./controls";
import { fill, h, ICONS } from "./dom";
import { save } from "./files";
import { attributes, missingModel, photoZone, pictureOf } from "./needs";
import { showError, action, notify } from "./notice";
import { photoStrip } from "./photos";
import { editControls } from "./sliders";
import { choosePhoto, openPhotos, photo, status, type Page } from "./state";
import { add, kindOf, openElsewhere } from "./uploads";
import { Viewer } from "./viewer";
import { recentWork, undoButtons, undoKey, Work } from "./work";

interface Setting { edits: Edits; frame: string; compare: boolean }

const FRAMES = [
  { value: "face", label: "Face" }, { value: "figure", label: "Cut-out" }, { value: "portrait", label: "Portrait" }, { value: "full", label: "Photo" },
];

export async function direct(): Promise<Page> {
  const missing = await missingModel("Direct");
  if (missing) return { element: missing };
  const known = await attributes();
  const { styles, model } = await status();
  const viewer = new Viewer();
  const main = h("div", { class: "main" });
  const facts = h("p", { class: "facts" });
  const people = h("ul", { class: "strip", "aria-label": "Saved characters" });
  let photos: Photo[] = [];
  let who: Character | null = null;
  let work: Work<Setting> | null = null;
  let shown = "";
  const now = (): Setting => work?.now ?? { edits: {}, frame: "portrait", compare: false };
  const request = (more: object = {}): object => ({ character: who?.id, edits: now().edits, ...more });

  const draw = latestOnly(async (edits: Edits) => {
    const current = photo();
    const of = who;
    if (!of || !current) return;
    const began = performance.now();
    try {
      const answer = await send("POST", `/api/photos/${current.id}/portrait`, { character: of.id, edits });
      const data = await answer.blob();
      if (of !== who) return;
      if (shown) URL.revokeObjectURL(shown);
      shown = URL.createObjectURL(data);
      viewer.set(shown);
      const took = performance.now() - began;
      viewer.element.dataset.milliseconds = took.toFixed(1);
      facts.textContent = `${of.name} · ${plural(Object.keys(edits).length, "edit")} · ${took.toFixed(0)} ms`;
    } catch (error) {
      showError(error);
    }
  });

  const change = (values: Partial<Setting>, done: boolean): void => {
    work?.set(values, done);
    mark();
  };
  const controls = editControls(known, (edits, done) => {
    change({ edits }, done);
    draw(edits);
  });
  const { element: buttons, mark } = undoButtons(() => work);
  const show = (value: Setting): void => {
    controls.set(value.edits);
    frames.set(value.frame);
    compare.set(value.compare);
    viewer.compare(value.compare);
    draw(value.edits);
    mark();
  };
  const reset = (): void => {
    change({ edits: {} }, true);
    show(now());
  };

  const open = async (character: Character, current: Photo): Promise<void> => {
    work?.close();
    work = null;
    who = character;
    // The photo's own figure, without edits, is what the character is compared with.
    const plain = await send("POST", `/api/photos/${current.id}/portrait`, { character: character.id });
    fill(main, h("div", { class: "canvas" }, viewer.element), facts);
    side.inert = false;
    viewer.show(URL.createObjectURL(await plain.blob()), model.size, model.size);
    for (const each of people.children) each.classList.toggle("chosen", (each as HTMLElement).dataset.id === character.id);
    name.value = "";
    const opened = await Work.open("direct", character.id, { edits: character.edits, frame: "portrait", compare: false }, show);
    if (who !== character) return opened.close();
    work = opened;
    history.replaceState(null, "", `#direct/${character.id}`);
    show(opened.now);
  };

  const keep = action(async () => {
    const current = photo();
    if (!who || !current) return;
    const made = await post<Character>("/api/characters", request({ photo: current.id, name: name.value.trim() || who.name }));
    notify(`${made.name} saved to the library`);
    await list();
  });
  const download = action(async () => {
    const current = photo();
    if (!who || !current) return;
    const answer = await send("POST", `/api/photos/${current.id}/portrait`, request({ frame: now().frame, style: styles[0].name, form: "png" }));
    save(await answer.blob(), `${who.name}.png`);
  });
  const layers = action(async () => {
    const current = photo();
    if (!who || !current) return;
    const answer = await send("POST", `/api/photos/${current.id}/layers`, request());
    save(await answer.blob(), `${who.name}.ora`);
  });

  const list = async (): Promise<Character[]> => {
    const kept = await get<Character[]>("/api/characters");
    fill(people, ...kept.map((each) => h("li", { "data-id": each.id, class: each.id === who?.id ? "chosen" : "" },
      h("button", { type: "button", class: "face", title: each.name, "aria-label": `Edit ${each.name}`, onclick: () => (location.hash = `#direct/${each.id}`) },
        h("img", { src: pictureOf(each.id), alt: each.name })))));
    return kept;
  };

  const name = h("input", { placeholder: "Name", "aria-label": "Name of the character", maxLength: 120 });
  const frames = choice("Download as", FRAMES, "portrait", (frame) => change({ frame }, true));
  const compare = toggle("Compare with original", false, (on) => { viewer.compare(on); change({ compare: on }, true); });
  const take = async (files: File[]): Promise<void> => {
    if (files.some((file) => kindOf(file) === "clip")) return void openElsewhere(files);
    await add(files, {
      photo: (made) => { photos = [made, ...photos]; choosePhoto(made); void begin(made).catch(showError); },
      character: (made) => (location.hash = `#direct/${made.id}`),
    });
  };
  const strip = photoStrip((each) => { choosePhoto(each); void begin(each).catch(showError); }, (files) => void take(files));
  const side = h("aside", { class: "inspector", inert: true },
    h("section", { class: "panel bar" },
      h("div", { class: "row" }, buttons, button("Reset", ICONS.close, reset)), compare.element),
    known.length ? controls.element
      : panel("Edits", h("p", { class: "hint" }, "This model has no edits yet. Create them with: rosetail directions fit")),
    panel("Save", name, h("div", { class: "stack-buttons" },
      button("Save as new character", ICONS.keep, (event) => void keep(event)),
      button("Download", ICONS.down, (event) => void download(event), { class: "primary" })),
      frames.element,
      model.name === "painter" && h("div", { class: "stack-buttons" },
        button("Download layers (Krita, GIMP)", ICONS.down, (event) => void layers(event)))),
    panel("Characters", people), strip.element);
  viewer.compare(false);

  const begin = async (current: Photo): Promise<void> => {
    strip.show(photos, current);
    const kept = await list();
    const asked = location.hash.split("/")[1];
    const last = asked ? undefined : (await recentWork()).find((each) => each.page === "direct")?.item;
    for (const id of new Set([asked, last, kept[0]?.id])) {
      if (!id) continue;
      try {
        return await open(await get<Character>(`/api/characters/${id}`), current);
      } catch (error) {
        // Deleted meanwhile: the next one.
        if (!(error instanceof Problem) || error.status !== 404) throw error;
      }
    }
    fill(main, h("div", { class: "canvas" }, h("div", { class: "drop" },
      h("p", { class: "drop-title" }, "No character yet"), h("p", { class: "hint" }, "Create characters for this photo in Cast and select one."),
      button("Go to Cast", ICONS.cast, () => (location.hash = "#cast"), { class: "primary" }))));
  };
  const found = await openPhotos();
  photos = found.photos;
  if (found.current) await begin(found.current).catch(showError);
  else fill(main, photoZone("Drop a photo to edit characters", (files) => void take(files)));
  return {
    element: h("div", { class: "work" }, main, side),
    drop: (files) => void take(files),
    key: (event) => undoKey(event, work) || viewer.key(event),
    leave: () => work?.close(),
  };
}
