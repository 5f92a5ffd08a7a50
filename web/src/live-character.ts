// The character that follows the webcam: which one, its expressions by key, calibration.

import { get, patch, post, type Character } from "./api";
import { button, choice, panel } from "./controls";
import type { Performance } from "./drawers";
import { fill, h, ICONS } from "./dom";
import { picker } from "./files";
import { pictureOf } from "./needs";
import { action, notify, showError } from "./notice";
import { add as upload, kindOf, openElsewhere } from "./uploads";

const SIZES = [256, 384, 512, 768];
const SEEDS = 2 ** 31;
const EXPRESSIONS: [string, string, string][] = [["wink", "Wink", "w"], ["laugh", "Laugh", "l"], ["shout", "Shout", "s"]];

export interface LiveCharacter {
  panels: HTMLElement[];
  performance: Performance;
  said: string; // about the last frame
  /** The id of the character; a random one if none is chosen. */
  id(): Promise<string>;
  take(files: File[]): void;
  calibrate(): void;
  pressed(key: string): boolean;
  released(key: string): void;
  releaseAll(): void;
}

/** `changed` is called when another character or size is chosen. Without `offered` nothing is loaded. */
export function liveCharacter(changed: () => void, offered: boolean): LiveCharacter {
  const list = h("ul", { class: "strip", "aria-label": "Characters" });
  const keep = button("Save to library", ICONS.keep, (event) => void save(event));
  const held = new Set<string>();
  let shown: Character[] = [];
  let chosen: Character | null = null;
  let calibration = false;
  let measuring = false;

  const choose = (character: Character): void => {
    chosen = character;
    fill(list, ...shown.map((each) => h("li", {}, h("button", {
      type: "button", class: "face", title: each.name, "aria-label": each.name,
      "aria-pressed": String(each.id === chosen?.id), onclick: () => choose(each),
    }, h("img", { src: pictureOf(each.id), alt: "" })))));
    keep.hidden = character.kept;
    changed();
  };
  const add = (character: Character): void => {
    shown = [character, ...shown];
    choose(character);
  };
  const random = async (): Promise<Character> =>
    (await post<Character[]>("/api/cast", { n: 1, seed: Math.floor(Math.random() * SEEDS) }))[0];
  const save = action(async () => {
    if (!chosen) return;
    chosen.kept = (await patch<Character>(`/api/characters/${chosen.id}`, { kept: true })).kept;
    keep.hidden = chosen.kept;
    notify(`${chosen.name} saved to the library`);
  });
  const take = (files: File[]): void => {
    if (offered && files.every((file) => kindOf(file) === "character")) void upload(files, { character: add });
    else void openElsewhere(files);
  };
  const input = picker("application/json,.json", take);

  const loaded = offered && get<Character[]>("/api/characters").then((kept) => {
    shown = [...shown, ...kept];
    if (!chosen && shown.length) choose(shown[0]);
  }).catch(showError);

  const buttons = new Map(EXPRESSIONS.map(([name, label, key]) => {
    const made = h("button", { type: "button", "aria-pressed": "false", "aria-keyshortcuts": key }, `${label} (${key.toUpperCase()})`);
    const hold = (on: boolean): void => set(name, on);
    made.addEventListener("pointerdown", () => hold(true));
    for (const kind of ["pointerup", "pointerleave", "pointercancel", "blur"]) made.addEventListener(kind, () => hold(false));
    made.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && hold(true));
    made.addEventListener("keyup", (event) => [" ", "Enter"].includes(event.key) && hold(false));
    return [name, made];
  }));
  const set = (name: string, on: boolean): void => {
    if (on) held.add(name);
    else held.delete(name);
    buttons.get(name)!.setAttribute("aria-pressed", String(on));
  };
  const named = (key: string): string | undefined => EXPRESSIONS.find(([, , each]) => each === key.toLowerCase())?.[0];

  const made: LiveCharacter = {
    said: "",
    performance: {
      size: 512,
      held,
      takeCalibration: () => {
        const asked = calibration;
        calibration = false;
        return asked;
      },
      answered: (face, calibrating) => {
        if (measuring && !calibrating) notify("Calibrated: your calm face is the character's");
        measuring = calibrating;
        made.said = calibrating ? "Calibrating: keep a calm face and look at the camera." : face ? "" : "No face in the picture.";
      },
    },
    panels: [
      panel("Character", list, h("div", { class: "stack-buttons" },
        button("Choose a character file", ICONS.up, () => input.click()),
        button("Random character", ICONS.redo, (event) => void action(async () => add(await random()))(event)), keep), input),
      panel("Performance",
        button("Calibrate (C)", ICONS.fit, () => made.calibrate(), { "aria-keyshortcuts": "c" }),
        h("p", { class: "hint" }, "Sit still with a calm face and look at the camera. This face and pose become the character's neutral ones."),
        h("div", { class: "row expressions", role: "group", "aria-label": "Expressions" }, ...buttons.values()),
        h("p", { class: "hint" }, "Hold a button or its key."),
        choice("Size in pixels", SIZES.map((each) => ({ value: String(each), label: String(each) })), "512",
          (value) => { made.performance.size = Number(value); changed(); }).element),
    ],
    id: async () => {
      await loaded;
      if (!chosen) add(await random());
      return chosen!.id;
    },
    take,
    calibrate: () => { calibration = true; },
    pressed: (key) => {
      const name = named(key);
      if (name) set(name, true);
      return Boolean(name);
    },
    released: (key) => {
      const name = named(key);
      if (name) set(name, false);
    },
    releaseAll: () => EXPRESSIONS.forEach(([name]) => set(name, false)),
  };
  keep.hidden = true;
  return made;
}
