// The timeline of a clip: a playhead, and keyframes to add, select, move and remove.

import type { Edits, Keyframe } from "./api";
import { button, choice } from "./controls";
import { fill, h, ICONS } from "./dom";

const EASINGS = [["ease", "Smooth"], ["linear", "Linear"], ["in", "Ease in"], ["out", "Ease out"], ["hold", "Jump"]]
  .map(([value, label]) => ({ value, label }));

export class Timeline {
  readonly element: HTMLElement;
  keyframes: Keyframe[] = [];
  private chosen: Keyframe | null = null;
  private readonly strip = h("div", { class: "strip-line" });
  private readonly head = h("div", { class: "playhead", "aria-hidden": "true" });
  private readonly easing = choice("Transition", EASINGS, "ease", (value) => {
    if (this.chosen) this.chosen.easing = value;
  });
  private readonly options: HTMLElement;
  private readonly text = h("span", { class: "hint" });

  constructor(private readonly video: HTMLVideoElement, private readonly edits: () => Edits, private readonly opened: (edits: Edits) => void) {
    this.options = h("div", { class: "row start", hidden: true }, this.easing.element, button("Remove keyframe", ICONS.trash, () => this.removeChosen()));
    this.element = h("section", { class: "timeline", "aria-label": "Keyframes" },
      h("div", { class: "row" }, button("Add keyframe", ICONS.plus, () => this.set()), this.text), this.strip, this.options);
    this.strip.append(this.head);
    this.strip.addEventListener("pointerdown", (event) => {
      if (event.target !== this.strip) return;
      this.video.currentTime = this.at(event.clientX);
    });
    video.addEventListener("timeupdate", () => this.paint());
    video.addEventListener("loadedmetadata", () => this.paint());
    this.paint();
  }

  /** Store the sliders' values in the selected keyframe. */
  edited(edits: Edits): void {
    if (this.chosen) this.chosen.edits = edits;
  }

  private get length(): number {
    return Number.isFinite(this.video.duration) && this.video.duration > 0 ? this.video.duration : 1;
  }

  private at(clientX: number): number {
    const box = this.strip.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - box.left) / box.width)) * this.length;
  }

  private set(): void {
    const time = Number(this.video.currentTime.toFixed(3));
    const same = this.keyframes.find((each) => Math.abs(each.time - time) < 0.02);
    const made = same ?? { time, edits: {}, easing: "ease" };
    made.edits = { ...this.edits() };
    if (!same) this.keyframes.push(made);
    this.choose(made);
  }

  private removeChosen(): void {
    this.keyframes = this.keyframes.filter((each) => each !== this.chosen);
    this.choose(null);
  }

  private choose(next: Keyframe | null): void {
    this.chosen = next;
    if (next) {
      this.easing.set(next.easing);
      this.opened({ ...next.edits });
    }
    this.paint();
  }

  private mark(each: Keyframe): HTMLElement {
    const made = h("button", {
      type: "button", class: "mark", "aria-label": `Keyframe at ${each.time.toFixed(2)} s`, "aria-pressed": String(each === this.chosen),
      style: `left: ${(each.time / this.length) * 100}%`,
    });
    made.addEventListener("pointerdown", (down) => {
      made.setPointerCapture(down.pointerId);
      const move = (event: PointerEvent): void => {
        each.time = Number(this.at(event.clientX).toFixed(3));
        made.style.left = `${(each.time / this.length) * 100}%`;
      };
      made.addEventListener("pointermove", move);
      made.addEventListener("pointerup", () => {
        made.removeEventListener("pointermove", move);
        this.video.currentTime = each.time;
        this.choose(each);
      }, { once: true });
    });
    made.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.1, ArrowRight: 0.1 }[event.key];
      if (step !== undefined) {
        each.time = Math.min(this.length, Math.max(0, Number((each.time + step).toFixed(3))));
        this.video.currentTime = each.time;
        this.paint();
      } else if (event.key === "Delete" || event.key === "Backspace") {
        this.chosen = each;
        this.removeChosen();
      } else if (event.key === "Enter" || event.key === " ") this.choose(each);
    });
    return made;
  }

  private paint(): void {
    this.head.style.left = `${(this.video.currentTime / this.length) * 100}%`;
    const count = this.keyframes.length;
    this.text.textContent = `${this.video.currentTime.toFixed(2)} s · ${count === 1 ? "1 keyframe" : `${count} keyframes`}`;
    this.options.hidden = !this.chosen;
    const focused = document.activeElement?.getAttribute("aria-label");
    fill(this.strip, this.head, ...this.keyframes.map((each) => this.mark(each)));
    if (focused) this.strip.querySelector<HTMLElement>(`[aria-label="${focused}"]`)?.focus();
  }
}
