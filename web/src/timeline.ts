// The timeline of a clip: scrub it, and add, select, drag, move and remove keyframes.

import type { Edits, Keyframe } from "./api";
import { button, choice } from "./controls";
import { h, ICONS } from "./dom";

const EASINGS = [["ease", "Smooth"], ["linear", "Linear"], ["in", "Ease in"], ["out", "Ease out"], ["hold", "Jump"]]
  .map(([value, label]) => ({ value, label }));
const SAME = 0.02; // seconds within which two keyframes are one

interface Host {
  length(): number; // of the clip, in seconds
  now(): number;
  rate(): number; // frames a second
  seek(seconds: number): void;
  edits(): Edits;
  keyframes(): Keyframe[];
  change(keyframes: Keyframe[], done: boolean): void;
  opened(edits: Edits): void; // show the values of a keyframe that was selected
}

export class Timeline {
  readonly element: HTMLElement;
  private chosen = -1; // index of the selected keyframe
  private marks: HTMLElement[] = [];
  private readonly strip = h("div", { class: "strip-line" });
  private readonly head = h("div", { class: "playhead", role: "slider", tabIndex: 0, "aria-label": "Position", "aria-valuemin": "0" });
  private readonly easing = choice("Transition", EASINGS, "ease", (easing) => this.update(this.chosen, { easing }, true));
  private readonly tools: HTMLElement;
  private readonly options: HTMLElement;
  private readonly text = h("span", { class: "hint" });

  constructor(private readonly host: Host, player: HTMLElement) {
    this.options = h("div", { class: "row start options", hidden: true }, this.easing.element,
      button("Move to playhead", ICONS.down, () => this.move(this.chosen, this.host.now(), true)),
      button("Remove keyframe", ICONS.trash, () => this.remove(this.chosen)));
    this.tools = h("div", { class: "row start", hidden: true }, button("Add keyframe", ICONS.plus, () => this.add()), this.text);
    this.element = h("section", { class: "timeline", "aria-label": "Timeline" },
      h("div", { class: "row" }, player, this.tools), this.strip, this.options);
    this.strip.append(this.head);
    this.scrub();
    this.head.addEventListener("keydown", (event) => {
      const to = { Home: 0, End: this.host.length() }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.host.seek(to);
    });
    this.paint();
  }

  /** Whether keyframes can be set. */
  allow(on: boolean): void {
    this.tools.hidden = !on;
    this.strip.classList.toggle("plain", !on);
    this.options.hidden = !on || this.chosen < 0;
  }

  /** Store the sliders' values in the selected keyframe; false if none is selected. */
  edited(edits: Edits, done: boolean): boolean {
    if (this.chosen < 0) return false;
    this.update(this.chosen, { edits }, done);
    return true;
  }

  /** Show other keyframes. */
  show(): void {
    if (this.chosen >= this.host.keyframes().length) this.chosen = -1;
    this.paint();
  }

  unselect(): void {
    this.chosen = -1;
    this.paint();
  }

  /** Show the position and the keyframes where they are now. */
  paint(): void {
    const { host } = this;
    const frames = host.keyframes();
    const left = (seconds: number): string => `${(Math.min(seconds, host.length()) / host.length()) * 100}%`;
    while (this.marks.length > frames.length) this.marks.pop()?.remove();
    while (this.marks.length < frames.length) {
      const mark = this.mark(this.marks.length);
      this.marks.push(mark);
      this.strip.append(mark);
    }
    frames.forEach((each, index) => {
      this.marks[index].style.left = left(each.time);
      this.marks[index].setAttribute("aria-label", `Keyframe at ${each.time.toFixed(2)} s`);
      this.marks[index].setAttribute("aria-pressed", String(index === this.chosen));
    });
    this.head.style.left = left(host.now());
    this.head.setAttribute("aria-valuemax", host.length().toFixed(2));
    this.head.setAttribute("aria-valuenow", host.now().toFixed(2));
    this.head.setAttribute("aria-valuetext", `${host.now().toFixed(2)} s`);
    this.text.textContent = frames.length === 1 ? "1 keyframe" : `${frames.length} keyframes`;
    this.options.hidden = this.tools.hidden || this.chosen < 0;
    const chosen = frames[this.chosen];
    if (chosen) this.easing.set(chosen.easing);
  }

  private at(clientX: number): number {
    const box = this.strip.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - box.left) / box.width)) * this.host.length();
  }

  /** Press and drag on the strip to move the playhead. */
  private scrub(): void {
    let dragging = false;
    this.strip.addEventListener("pointerdown", (event) => {
      if (event.button || (event.target !== this.strip && event.target !== this.head)) return;
      dragging = true;
      this.strip.setPointerCapture(event.pointerId);
      this.host.seek(this.at(event.clientX));
    });
    this.strip.addEventListener("pointermove", (event) => dragging && this.host.seek(this.at(event.clientX)));
    for (const end of ["pointerup", "pointercancel"]) this.strip.addEventListener(end, () => (dragging = false));
  }

  private add(): void {
    const frames = this.host.keyframes();
    const time = rounded(this.host.now());
    const same = frames.findIndex((each) => Math.abs(each.time - time) < SAME);
    this.chosen = same < 0 ? frames.length : same;
    const made = { time: same < 0 ? time : frames[same].time, edits: { ...this.host.edits() }, easing: frames[same]?.easing ?? "ease" };
    this.host.change(frames.toSpliced(this.chosen, same < 0 ? 0 : 1, made), true);
    this.paint();
  }

  private remove(index: number): void {
    this.chosen = -1;
    this.host.change(this.host.keyframes().toSpliced(index, 1), true);
    this.paint();
  }

  private update(index: number, values: Partial<Keyframe>, done: boolean): void {
    const frames = this.host.keyframes();
    if (!frames[index]) return;
    this.host.change(frames.with(index, { ...frames[index], ...values }), done);
    this.paint();
  }

  private move(index: number, seconds: number, done: boolean): void {
    const time = rounded(Math.min(this.host.length(), Math.max(0, seconds)));
    this.update(index, { time }, done);
    this.host.seek(time);
  }

  private select(index: number): void {
    this.chosen = index;
    const { time, edits } = this.host.keyframes()[index];
    this.host.seek(time);
    this.host.opened({ ...edits });
    this.paint();
  }

  private mark(index: number): HTMLElement {
    const made = h("button", { type: "button", class: "mark" });
    let from: number | null = null;
    made.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      from = event.clientX;
      made.setPointerCapture(event.pointerId);
      this.select(index);
    });
    made.addEventListener("pointermove", (event) => {
      if (from !== null && Math.abs(event.clientX - from) > 2) this.move(index, this.at(event.clientX), false);
    });
    for (const end of ["pointerup", "pointercancel"]) made.addEventListener(end, () => {
      if (from !== null) this.update(index, {}, true);
      from = null;
    });
    made.addEventListener("keydown", (event) => {
      const frame = 1 / this.host.rate();
      const step = { ArrowLeft: -frame, ArrowRight: frame }[event.key];
      if (step !== undefined) this.move(index, this.host.keyframes()[index].time + step * (event.shiftKey ? 10 : 1), true);
      else if (event.key === "Delete" || event.key === "Backspace") this.remove(index);
      else if (event.key === "Enter" || event.key === " ") this.select(index);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return made;
  }
}

const rounded = (seconds: number): number => Number(seconds.toFixed(3));
