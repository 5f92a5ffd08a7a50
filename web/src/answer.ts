// Answering a study: two pictures, one choice, by click, tap or arrow key.

import { get, post, Problem, send } from "./api";
import { persistently } from "./connection";
import { fill, h } from "./dom";
import { showError } from "./notice";

interface View { number: number; trials: number; done: boolean; question: string }

const TOO_SOON = 300; // milliseconds in which a double tap or a held key would answer the next pair

const picture = (path: string): Promise<string> =>
  persistently(async () => URL.createObjectURL(await (await send("GET", path)).blob()));

export async function answer(key: string, root: HTMLElement): Promise<void> {
  const base = `/api/answer/${key}`;
  document.title = "Picture study";
  let invitation: { question: string; trials: number };
  try {
    invitation = await persistently(() => get(base));
  } catch (error) {
    fill(root, h("section", { class: "sheet" }, h("h1", {}, "This study is not available"), h("p", {}, error instanceof Error ? error.message : "")));
    return;
  }
  const begin = h("button", { type: "button", class: "primary", onclick: () => void start().catch(showError) }, "Start");
  fill(root, h("section", { class: "sheet" }, h("h1", {}, invitation.question),
    h("p", {}, `You will see ${invitation.trials} pairs of pictures. In each pair, choose one: click it, or press the left or right arrow key. There is no right answer. Only your choices are stored, without your name.`), begin));
  begin.focus();

  const start = async (): Promise<void> => {
    const stored = sessionStorage.getItem(key);
    const person = stored ?? (await persistently(() => post<{ person: string }>(base))).person;
    sessionStorage.setItem(key, person);
    const path = `${base}/${person}`;
    await step(path, await persistently(() => get<View>(path)));
  };

  const step = async (path: string, view: View): Promise<void> => {
    if (view.done) {
      fill(root, h("section", { class: "sheet" }, h("h1", {}, "Thank you"), h("p", {}, "Your answers have been saved. You can close this page.")));
      return;
    }
    const [left, right] = await Promise.all(["left", "right"].map((side) => picture(`${path}/${view.number}/${side}.webp`)));
    const shownAt = performance.now();
    let busy = false;
    const choose = async (choice: "left" | "right"): Promise<void> => {
      const seconds = (performance.now() - shownAt) / 1000;
      if (busy || seconds * 1000 < TOO_SOON) return;
      busy = true;
      try {
        const next = await persistently(() => post<View>(path, { number: view.number, choice, seconds })).catch((error) => {
          // An answer whose response was lost has been saved: continue with the next pair.
          if (error instanceof Problem && error.code === "turn") return get<View>(path);
          throw error;
        });
        removeEventListener("keydown", keys);
        await step(path, next);
        [left, right].forEach((each) => URL.revokeObjectURL(each));
      } catch (error) {
        busy = false;
        showError(error);
      }
    };
    const keys = (event: KeyboardEvent): void => {
      if (event.repeat) return;
      if (event.key === "ArrowLeft") void choose("left");
      else if (event.key === "ArrowRight") void choose("right");
    };
    addEventListener("keydown", keys);
    fill(root, h("section", { class: "pair" },
      h("header", {}, h("h1", {}, view.question), h("progress", { max: view.trials, value: view.number, "aria-label": `${view.number} of ${view.trials} done` })),
      h("div", { class: "sides" }, ...(["left", "right"] as const).map((side) =>
        h("button", { type: "button", class: "side", "aria-label": `Choose the ${side} picture`, onclick: () => void choose(side) },
          h("img", { src: side === "left" ? left : right, alt: "" }))))));
  };
}
