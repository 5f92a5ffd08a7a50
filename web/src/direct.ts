// Direct: edits one character with a slider for each edit.

import { send, get, plural, latestOnly, post, type Character, type Edits, type Photo } from "./api";
import { button, choice, panel, toggle, tool } from "./controls";
import { fill, h, ICONS } from "./dom";
import { save } from "./files";
import { History } from "./history";
import { attributes, missingModel, photoZone, pictureOf } from "./needs";
import { showError, action, notify } from "./notice";
import { editControls } from "./sliders";
import { photo, status, type Page } from "./state";
import { Viewer } from "./viewer";

export async function direct(): Promise<Page> {
  const missing = await missingModel("Direct");
  if (missing) return { element: missing };
  const known = await attributes();
  const { styles, model } = await status();
  const viewer = new Viewer();
  const main = h("div", { class: "main" });
  const facts = h("p", { class: "facts" });
  const people = h("ul", { class: "strip", "aria-label": "Saved characters" });
  let who: Character | null = null;
  let past = new History<Edits>({});
  let frame = "portrait";
  let shown = "";

  const draw = latestOnly(async (edits: Edits) => {
    const current = photo();
    if (!who || !current) return;
    const began = performance.now();
    try {
      const answer = await send("POST", `/api/photos/${current.id}/portrait`, { character: who.id, edits });
      const data = await answer.blob();
      if (shown) URL.revokeObjectURL(shown);
      shown = URL.createObjectURL(data);
      viewer.set(shown);
      const took = performance.now() - began;
      viewer.element.dataset.milliseconds = took.toFixed(1);
      facts.textContent = `${who.name} · ${plural(Object.keys(edits).length, "edit")} · ${took.toFixed(0)} ms`;
    } catch (error) {
      showError(error);
    }
  });

  const controls = editControls(known, (edits, done) => {
    if (done) past.add(edits);
    draw(edits);
    mark();
  });
  const undo = tool("Undo (Ctrl Z)", ICONS.undo, () => to(past.undo()));
  const redo = tool("Redo (Ctrl Shift Z)", ICONS.redo, () => to(past.redo()));
  const mark = (): void => {
    undo.disabled = !past.canUndo;
    redo.disabled = !past.canRedo;
  };
  const to = (edits: Edits): void => {
    controls.set(edits);
    draw(edits);
    mark();
  };
  const reset = (): void => {
    past.add({});
    to({});
  };

  const open = async (character: Character, current: Photo): Promise<void> => {
    who = character;
    past = new History<Edits>(character.edits);
    fill(main, h("div", { class: "canvas" }, viewer.element), facts);
    side.inert = false;
    const plain = await send("POST", `/api/photos/${current.id}/portrait`, { character: character.id });
    viewer.show(URL.createObjectURL(await plain.blob()), model.size, model.size);
    for (const each of people.children) each.classList.toggle("chosen", (each as HTMLElement).dataset.id === character.id);
    to(character.edits);
  };

  const keep = action(async () => {
    const current = photo();
    if (!who || !current) return;
    const made = await post<Character>("/api/characters", { photo: current.id, character: who.id, edits: past.now, name: name.value.trim() || who.name });
    notify(`${made.name} saved to the library`);
    await list();
  });

  const download = action(async () => {
    const current = photo();
    if (!who || !current) return;
    const answer = await send("POST", `/api/photos/${current.id}/portrait`, { character: who.id, edits: past.now, frame, style: styles[0].name, form: "png" });
    save(await answer.blob(), `${who.name}.png`);
  });

  const layers = action(async () => {
    const current = photo();
    if (!who || !current) return;
    const answer = await send("POST", `/api/photos/${current.id}/layers`, { character: who.id, edits: past.now });
    save(await answer.blob(), `${who.name}.ora`);
  });

  const list = async (): Promise<void> => {
    const kept = await get<Character[]>("/api/characters");
    fill(people, ...kept.map((each) => h("li", { "data-id": each.id, class: each.id === who?.id ? "chosen" : "" },
      h("button", { type: "button", class: "face", title: each.name, "aria-label": `Edit ${each.name}`, onclick: () => (location.hash = `#direct/${each.id}`) },
        h("img", { src: pictureOf(each.id), alt: each.name })))));
  };

  const name = h("input", { placeholder: "Name", "aria-label": "Name of the character", maxLength: 120 });
  const side = h("aside", { class: "inspector", inert: true },
    h("section", { class: "panel bar" },
      h("div", { class: "row" }, h("span", { class: "tools" }, undo, redo), button("Reset", ICONS.close, reset)),
      toggle("Compare with original", false, (on) => viewer.compare(on))),
    known.length ? controls.element
      : panel("Edits", h("p", { class: "hint" }, "This model has no edits yet. Create them with: rosetail directions fit")),
    panel("Save", name, h("div", { class: "stack-buttons" },
      button("Save as new character", ICONS.keep, (event) => void keep(event)),
      button("Download", ICONS.down, (event) => void download(event), { class: "primary" })),
      choice("Download as", [{ value: "face", label: "Face" }, { value: "figure", label: "Cut-out" }, { value: "portrait", label: "Portrait" }, { value: "full", label: "Photo" }], frame, (value) => (frame = value)).element,
      model.name === "painter" && h("div", { class: "stack-buttons" },
        button("Download layers (Krita, GIMP)", ICONS.down, (event) => void layers(event)))),
    panel("Characters", people));
  viewer.compare(false);

  const begin = async (current: Photo): Promise<void> => {
    await list();
    const id = location.hash.split("/")[1];
    const kept = await get<Character[]>("/api/characters");
    const wanted = kept.find((each) => each.id === id) ?? (id
      ? { id, name: "Character", created: 0, model: "", edits: {}, favourite: false, kept: false } : kept[0]);
    if (wanted) await open(wanted, current);
    else fill(main, h("div", { class: "canvas" }, h("div", { class: "drop" },
      h("p", { class: "drop-title" }, "No character yet"), h("p", { class: "hint" }, "Create characters for this photo in Cast and select one."),
      button("Go to Cast", ICONS.cast, () => (location.hash = "#cast"), { class: "primary" }))));
  };
  const current = photo();
  if (current) await begin(current).catch(showError);
  else fill(main, photoZone("Drop a photo to edit characters", (next) => void begin(next).catch(showError)));
  mark();
  return {
    element: h("div", { class: "work" }, main, side),
    key: (event) => {
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key.toLowerCase() === "z" && !event.shiftKey) to(past.undo());
      else if (command && (event.key.toLowerCase() === "y" || event.key.toLowerCase() === "z")) to(past.redo());
      else return viewer.key(event);
      return true;
    },
  };
}
