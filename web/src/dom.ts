// Creates elements: h("button", { class: "quiet", onclick: go }, "Go").

export type Child = Node | string | null | undefined | false;
type Props = Record<string, unknown>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value as EventListener);
    else if (name === "class") element.className = String(value);
    else if (name in element && !name.includes("-") && name !== "list" && name !== "form")
      (element as unknown as Props)[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child): child is Node | string => Boolean(child)));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A 20-pixel line icon from the path data of one path. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg") as SVGSVGElement;
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  stage: "M3 4.5h14v11H3zM3 13l4-4 3.5 3.5L13 10l4 4M12.6 7.4h.01",
  cast: "M3 3.5h6v6H3zM11 3.5h6v6h-6zM3 11.5h6v6H3zM11 11.5h6v6h-6z",
  direct: "M3 5.5h8M15 5.5h2M11 3.5v4M3 10.5h2M9 10.5h8M5 8.5v4M3 15.5h9M16 15.5h1M12 13.5v4",
  film: "M3 4.5h14v11H3zM6.5 4.5v11M13.5 4.5v11M3 8.2h3.5M3 11.8h3.5M13.5 8.2H17M13.5 11.8H17",
  library: "M4 3.5v13M7.5 3.5v13M11 3.8l4.6 12.6",
  study: "M3 4.5h6v11H3zM11 4.5h6v11h-6zM5 12l1 1 1.8-2.4",
  live: "M3 6.5h9v7H3zM12 9l5-2.5v7L12 11",
  up: "M10 13.5v-9M6.5 8 10 4.5 13.5 8M4 16.5h12",
  down: "M10 4.5v9M6.5 10l3.5 3.5 3.5-3.5M4 16.5h12",
  camera: "M3 6.5h3l1.5-2h5l1.5 2h3v9H3zM10 13.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2z",
  undo: "M7 4.5 3.5 8 7 11.5M3.5 8H12a4 4 0 0 1 0 8H8",
  redo: "M13 4.5 16.5 8 13 11.5M16.5 8H8a4 4 0 0 0 0 8h4",
  heart: "M10 16s-6-3.6-6-8a3.2 3.2 0 0 1 6-1.6A3.2 3.2 0 0 1 16 8c0 4.4-6 8-6 8z",
  trash: "M4 6h12M8 6V4.5h4V6M5.5 6l.8 10h7.4l.8-10M8.5 9v4.5M11.5 9v4.5",
  pen: "M4 16l.8-3.5L13 4.3l2.7 2.7-8.2 8.2zM11.3 6l2.7 2.7",
  keep: "M5.5 3.5h9v13L10 13.2 5.5 16.5z",
  play: "M6.5 4.5v11l9-5.5z",
  stop: "M5.5 5.5h9v9h-9z",
  plus: "M10 4.5v11M4.5 10h11",
  minus: "M4.5 10h11",
  fit: "M4 7.5V4h3.5M12.5 4H16v3.5M16 12.5V16h-3.5M7.5 16H4v-3.5",
  sun: "M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM10 2.5v1.8M10 15.7v1.8M2.5 10h1.8M15.7 10h1.8M4.7 4.7l1.3 1.3M14 14l1.3 1.3M15.3 4.7 14 6M6 14l-1.3 1.3",
  lock: "M5.5 9h9v7h-9zM7.3 9V6.7a2.7 2.7 0 0 1 5.4 0V9",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l2.4-2.4a3 3 0 0 0-4.3-4.3L9.8 5.9M11.5 8.5a3 3 0 0 0-4.3 0L4.8 10.9a3 3 0 0 0 4.3 4.3l1.1-1.1",
  close: "M5 5l10 10M15 5 5 15",
  pause: "M7 4.5v11M13 4.5v11",
  previous: "M14 4.5v11L7 10zM5.5 4.5v11",
  next: "M6 4.5v11l7-5.5zM14.5 4.5v11",
  sound: "M4 8v4h2.5L10 15V5L6.5 8zM12.5 7.5a3.5 3.5 0 0 1 0 5M14.5 5.5a6.3 6.3 0 0 1 0 9",
  help: "M7.2 7.4a2.8 2.8 0 1 1 4.2 2.5c-.9.5-1.4 1-1.4 2.1M10 14.8h.01",
} as const;

/** Replace all children of `parent`. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren(...children.filter((child): child is Node | string => Boolean(child)));
}
