// Labelled form controls.

import { h, icon, type Child } from "./dom";

export interface Slider {
  element: HTMLElement;
  input: HTMLInputElement;
  set(value: number): void;
}

export function slider(options: {
  label: string; min: number; max: number; step: number; value: number;
  show?: (value: number) => string; oninput: (value: number) => void; onchange?: (value: number) => void;
}): Slider {
  const show = options.show ?? ((value: number) => value.toFixed(2));
  const value = h("span", { class: "value" }, show(options.value));
  const input = h("input", {
    type: "range", min: String(options.min), max: String(options.max), step: String(options.step),
    "aria-label": options.label,
  });
  const paint = (): void => {
    const part = (Number(input.value) - options.min) / (options.max - options.min);
    input.style.setProperty("--part", `${part * 100}%`);
    value.textContent = show(Number(input.value));
    input.setAttribute("aria-valuetext", value.textContent);
  };
  const set = (to: number): void => {
    input.value = String(to);
    paint();
  };
  set(options.value);
  input.addEventListener("input", () => {
    paint();
    options.oninput(Number(input.value));
  });
  input.addEventListener("change", () => options.onchange?.(Number(input.value)));
  const reset = (): void => {
    set(options.value);
    options.oninput(options.value);
    options.onchange?.(options.value);
  };
  input.addEventListener("dblclick", reset);
  const element = h("label", { class: "field slider", title: "Double-click to reset" },
    h("span", { class: "row" }, h("span", {}, options.label), value), input);
  return { element, input, set };
}

let groups = 0;

export interface Choice { element: HTMLElement; set(value: string): void }

export function choice(
  label: string, values: { value: string; label: string; title?: string }[], value: string, onchange: (value: string) => void,
): Choice {
  const name = `choice-${groups++}`;
  const inputs = values.map((each) => h("input", {
    type: "radio", name, value: each.value, checked: each.value === value, onchange: () => onchange(each.value),
  }));
  const element = h("fieldset", { class: "field choice" }, h("legend", {}, label),
    h("div", { class: "segments" }, ...values.map((each, index) =>
      h("label", { title: each.title ?? "" }, inputs[index], h("span", {}, each.label)))));
  return { element, set: (to) => inputs.forEach((input) => (input.checked = input.value === to)) };
}

export interface Toggle { element: HTMLElement; set(on: boolean): void }

export function toggle(label: string, on: boolean, onchange: (on: boolean) => void): Toggle {
  const input = h("input", { type: "checkbox", role: "switch", checked: on });
  input.addEventListener("change", () => onchange(input.checked));
  const element = h("label", { class: "field toggle" }, h("span", {}, label), input);
  return { element, set: (to) => (input.checked = to) };
}

export function button(
  label: string, path: string, onclick: (event: Event) => void, extra: Record<string, unknown> = {},
): HTMLButtonElement {
  return h("button", { type: "button", onclick, ...extra }, icon(path), label);
}

/** A button with an icon only; `label` is its accessible name and tooltip. */
export function tool(
  label: string, path: string, onclick: (event: Event) => void, extra: Record<string, unknown> = {},
): HTMLButtonElement {
  return h("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick, ...extra }, icon(path));
}

export function panel(title: string, ...children: Child[]): HTMLElement {
  return h("section", { class: "panel" }, h("h2", {}, title), ...children);
}

/** A name that is edited in place. */
export function editable(name: string, onchange: (name: string) => void): HTMLInputElement {
  const input = h("input", { class: "name", value: name, maxLength: 120, "aria-label": "Name", spellcheck: false });
  input.addEventListener("change", () => {
    if (input.value.trim()) onchange(input.value.trim());
    else input.value = name;
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") input.blur();
  });
  return input;
}
