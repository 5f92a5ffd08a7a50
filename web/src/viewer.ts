// Compares two images with a divider; zooms and pans.

import { h, icon, ICONS } from "./dom";
import { tool } from "./controls";

const CLOSEST = 8;

export class Viewer {
  readonly element: HTMLElement;
  onzoom: (pixels: number) => void = () => {};
  private readonly before = h("img", { class: "before", alt: "The photo", draggable: false });
  private readonly after = h("img", { class: "after", alt: "The drawing", draggable: false });
  private readonly stack = h("div", { class: "stack" }, this.before, this.after);
  private readonly handle: HTMLElement;
  private readonly frame: HTMLElement;
  private readonly scaleText = h("span", { class: "value zoom" }, "Fit");
  private split = 50;
  private zoom = 1;
  private x = 0;
  private y = 0;
  private width = 1;
  private height = 1;

  constructor() {
    this.handle = h("div", {
      class: "handle", role: "slider", tabIndex: 0, "aria-label": "Divider between photo and drawing",
      "aria-valuemin": "0", "aria-valuemax": "100", "aria-orientation": "horizontal",
    }, h("span", { class: "grip" }, icon("M8 6 4.5 10 8 14M12 6l3.5 4L12 14")));
    this.frame = h("div", { class: "frame" }, this.stack, this.handle, h("div", { class: "veil", hidden: true }));
    const bar = h("div", { class: "viewbar" },
      tool("Zoom out (−)", ICONS.minus, () => this.zoomBy(1 / 1.5)), this.scaleText,
      tool("Zoom in (+)", ICONS.plus, () => this.zoomBy(1.5)), tool("Fit (0)", ICONS.fit, () => this.fit()));
    this.element = h("div", { class: "viewer" }, this.frame, bar);
    this.listen();
    new ResizeObserver(() => this.paint()).observe(this.frame);
    this.setSplit(50);
  }

  show(before: string, width: number, height: number): void {
    const other = width !== this.width || height !== this.height;
    [this.width, this.height] = [width, height];
    this.before.src = before;
    if (other) this.fit();
    else this.paint();
  }

  set(after: string): void {
    this.after.src = after;
    this.element.classList.toggle("drawn", Boolean(after));
    if (!after) this.after.removeAttribute("src");
  }

  busy(on: boolean): void {
    this.element.classList.toggle("busy", on);
  }

  compare(on: boolean): void {
    this.element.classList.toggle("whole", !on);
    this.paint();
  }

  fit(): void {
    [this.zoom, this.x, this.y] = [1, 0, 0];
    this.paint();
  }

  zoomBy(factor: number, atX = 0, atY = 0): void {
    const zoom = Math.min(CLOSEST, Math.max(1, this.zoom * factor));
    const ratio = zoom / this.zoom;
    [this.x, this.y] = [atX - (atX - this.x) * ratio, atY - (atY - this.y) * ratio];
    this.zoom = zoom;
    this.paint();
  }

  setSplit(percent: number): void {
    this.split = Math.min(100, Math.max(0, percent));
    this.handle.setAttribute("aria-valuenow", String(Math.round(this.split)));
    this.handle.setAttribute("aria-valuetext", `${Math.round(this.split)} % photo`);
    this.paint();
  }

  /** Size of the image at zoom 1, in CSS pixels. */
  private fitted(): [number, number] {
    const { clientWidth, clientHeight } = this.frame;
    const scale = Math.min(clientWidth / this.width, clientHeight / this.height, 4);
    return [this.width * scale, this.height * scale];
  }

  private paint(): void {
    const [width, height] = this.fitted();
    const room = (side: number, frame: number): number => Math.max(0, (side * this.zoom - frame) / 2);
    const { clientWidth, clientHeight } = this.frame;
    const [limitX, limitY] = [room(width, clientWidth), room(height, clientHeight)];
    this.x = Math.min(limitX, Math.max(-limitX, this.x));
    this.y = Math.min(limitY, Math.max(-limitY, this.y));
    this.stack.style.width = `${width}px`;
    this.stack.style.height = `${height}px`;
    this.stack.style.transform = `translate(-50%, -50%) translate(${this.x}px, ${this.y}px) scale(${this.zoom})`;
    // The divider belongs to the frame, so that it stays reachable when zoomed in.
    const left = Math.max(0, (clientWidth - width * this.zoom) / 2 + this.x);
    const right = Math.min(clientWidth, (clientWidth + width * this.zoom) / 2 + this.x);
    const at = left + ((right - left) * this.split) / 100;
    this.handle.style.left = `${at}px`;
    const top = Math.max(0, (clientHeight - height * this.zoom) / 2 + this.y);
    this.handle.style.top = `${top}px`;
    this.handle.style.bottom = `${Math.max(0, clientHeight - (clientHeight + height * this.zoom) / 2 - this.y)}px`;
    const inside = (at - clientWidth / 2 - this.x) / this.zoom + width / 2;
    this.after.style.clipPath = this.element.classList.contains("whole") ? "" : `inset(0 0 0 ${inside}px)`;
    const shown = (width * this.zoom) / this.width;
    this.scaleText.textContent = this.zoom === 1 ? "Fit" : `${Math.round(shown * 100)} %`;
    this.onzoom(width * this.zoom * devicePixelRatio);
  }

  private listen(): void {
    let drag: { x: number; y: number; divider: boolean } | null = null;
    this.frame.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      const onHandle = this.handle.contains(event.target as Node);
      drag = { x: event.clientX, y: event.clientY, divider: onHandle || this.zoom === 1 };
      this.frame.setPointerCapture(event.pointerId);
      if (drag.divider) this.splitAt(event.clientX);
    });
    this.frame.addEventListener("pointermove", (event) => {
      if (!drag) return;
      if (drag.divider) this.splitAt(event.clientX);
      else {
        this.x += event.clientX - drag.x;
        this.y += event.clientY - drag.y;
        [drag.x, drag.y] = [event.clientX, event.clientY];
        this.paint();
      }
    });
    for (const end of ["pointerup", "pointercancel"]) this.frame.addEventListener(end, () => (drag = null));
    this.frame.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = this.frame.getBoundingClientRect();
      this.zoomBy(Math.exp(-event.deltaY / 300), event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2);
    }, { passive: false });
    this.handle.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -2, ArrowRight: 2, PageDown: -10, PageUp: 10, Home: -100, End: 100 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.setSplit(this.split + step);
    });
  }

  private splitAt(clientX: number): void {
    const box = this.frame.getBoundingClientRect();
    const [width] = this.fitted();
    const left = Math.max(0, (box.width - width * this.zoom) / 2 + this.x);
    const right = Math.min(box.width, (box.width + width * this.zoom) / 2 + this.x);
    this.setSplit(((clientX - box.left - left) / Math.max(1, right - left)) * 100);
  }

  /** Handles the zoom keys + − 0. */
  key(event: KeyboardEvent): boolean {
    if (event.key === "+" || event.key === "=") this.zoomBy(1.5);
    else if (event.key === "-") this.zoomBy(1 / 1.5);
    else if (event.key === "0") this.fit();
    else return false;
    return true;
  }
}
