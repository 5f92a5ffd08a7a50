// Controls for edits, by region: a slider for each tag or pair of opposites, swatches for colours, a
// menu for alternatives.

import type { Attribute, Edits } from "./api";
import { slider } from "./controls";
import { h, type Child } from "./dom";
import { capitalized, plain, REGIONS } from "./needs";

const MOST = 3;
const SHADES: Record<string, string> = {
  black: "#25222a", brown: "#6b4630", light_brown: "#a97a52", blonde: "#e9cf7c", orange: "#e98b3a", red: "#c43a36",
  pink: "#f19ab9", purple: "#8a5cc0", blue: "#4a78d0", aqua: "#59c3cf", green: "#5aa95a", yellow: "#ecd74a", grey: "#9a9aa2", white: "#f4f2f0",
};

const colourLabel = (thing: string): string => `${capitalized(thing === "eyes" ? "eye" : thing)} colour`;

export interface EditControls {
  element: HTMLElement;
  set(edits: Edits): void;
}

/** `changed(edits, done)` is called for every change; `done` is true when a slider is released. */
export function editControls(known: Attribute[], changed: (edits: Edits, done: boolean) => void): EditControls {
  let edits: Edits = {};
  const setters: ((edits: Edits) => void)[] = [];

  const put = (values: Edits, done: boolean): void => {
    edits = { ...edits, ...values };
    for (const [tag, value] of Object.entries(edits)) if (!value) delete edits[tag];
    changed({ ...edits }, done);
  };

  const scale = (each: Attribute): HTMLElement => {
    const both = each.opposite;
    const value = (from: Edits): number => (from[each.tag] ?? 0) - (both ? (from[both] ?? 0) : 0);
    const to = (at: number): Edits => (both ? { [each.tag]: Math.max(0, at), [both]: Math.max(0, -at) } : { [each.tag]: at });
    const made = slider({
      label: capitalized(both ? `${plain(both)} – ${plain(each.tag)}` : plain(each.tag)), min: -MOST, max: MOST, step: 0.05, value: 0,
      show: (at) => (at > 0 ? "+" : "") + at.toFixed(2).replace("-", "−"),
      oninput: (at) => put(to(at), false), onchange: (at) => put(to(at), true),
    });
    made.element.classList.add("middle");
    made.input.dataset.tag = each.tag;
    setters.push((from) => made.set(value(from)));
    return made.element;
  };

  const swatches = (thing: string, tags: string[]): HTMLElement => {
    const buttons = tags.map((tag) => {
      const colour = tag.slice(0, -thing.length - 1);
      return h("button", {
        type: "button", class: "swatch", style: `--shade: ${SHADES[colour] ?? "#888"}`, title: capitalized(plain(tag)), "aria-label": capitalized(plain(tag)), "aria-pressed": "false",
        onclick: () => {
          const on = !edits[tag];
          put({ ...Object.fromEntries(tags.map((other) => [other, 0])), [tag]: on ? 1 : 0 }, true);
          setters.forEach((set) => set(edits));
        },
      });
    });
    setters.push((from) => buttons.forEach((each, index) => each.setAttribute("aria-pressed", String(Boolean(from[tags[index]])))));
    return h("div", { class: "field", role: "group", "aria-label": colourLabel(thing) }, h("span", {}, colourLabel(thing)), h("div", { class: "swatches" }, ...buttons));
  };

  const menu = (name: string, tags: string[]): HTMLElement => {
    const select = h("select", {
      onchange: () => put({ ...Object.fromEntries(tags.map((other) => [other, 0])), ...(select.value ? { [select.value]: 1 } : {}) }, true),
    }, h("option", { value: "" }, "Unchanged"), ...tags.map((tag) => h("option", { value: tag }, capitalized(plain(tag))))) as HTMLSelectElement;
    setters.push((from) => (select.value = tags.find((tag) => from[tag]) ?? ""));
    return h("label", { class: "field" }, h("span", {}, capitalized(name)), select);
  };

  const taken = new Set<string>();
  const groups: Child[] = REGIONS.map(([name, label]) => {
    const here = known.filter((each) => each.region === name);
    if (!here.length) return null;
    const parts: HTMLElement[] = [];
    for (const name of new Set(here.map((each) => each.choice).filter(Boolean)))
      parts.push(menu(name, here.filter((each) => each.choice === name).map((each) => each.tag)));
    for (const each of here.filter((one) => !one.colour && !one.choice)) {
      if (taken.has(each.tag)) continue;
      taken.add(each.tag);
      if (each.opposite) taken.add(each.opposite);
      parts.push(scale(each));
    }
    const colours = here.filter((each) => each.colour).map((each) => each.tag);
    for (const thing of new Set(colours.map((tag) => tag.slice(tag.lastIndexOf("_") + 1))))
      parts.unshift(swatches(thing, colours.filter((tag) => tag.endsWith(`_${thing}`))));
    return h("section", { class: "panel" }, h("h2", {}, label), ...parts);
  });
  return {
    element: h("div", {}, ...groups),
    set: (next) => {
      edits = { ...next };
      setters.forEach((set) => set(edits));
    },
  };
}
