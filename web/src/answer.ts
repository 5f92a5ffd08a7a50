// Answering a study: two pictures, one choice, by click, tap or arrow key.

import { ask, get, post } from "./api";
import { fill, h } from "./dom";
import { complain } from "./notice";

interface View { number: number; trials: number; done: boolean; question: string }

const picture = async (path: string): Promise<string> => URL.createObjectURL(await (await ask("GET", path)).blob());

export async function answer(key: string, root: HTMLElement): Promise<void> {
  const base = `/api/answer/${key}`;
  document.title = "A question";
  let invitation: { question: string; trials: number };
  try {
    invitation = await get(base);
  } catch (error) {
    fill(root, h("section", { class: "sheet" }, h("h1", {}, "This study is not open"), h("p", {}, error instanceof Error ? error.message : "")));
    return;
  }
  const begin = h("button", { type: "button", class: "primary", onclick: () => void start().catch(complain) }, "Begin");
  fill(root, h("section", { class: "sheet" }, h("h1", {}, invitation.question),
    h("p", {}, `You will see ${invitation.trials} pairs of pictures. Choose one of each: click it, or press the left or right arrow key. There is no right answer, and nothing about you is kept.`), begin));
  begin.focus();

  const start = async (): Promise<void> => {
    const stored = sessionStorage.getItem(key);
    const person = stored ?? (await post<{ person: string }>(base)).person;
    sessionStorage.setItem(key, person);
    const path = `${base}/${person}`;
    await step(path, await get<View>(path));
  };

  const step = async (path: string, view: View): Promise<void> => {
    if (view.done) {
      fill(root, h("section", { class: "sheet" }, h("h1", {}, "Thank you"), h("p", {}, "All your choices are noted. You can close this page.")));
      return;
    }
    const [left, right] = await Promise.all(["left", "right"].map((side) => picture(`${path}/${view.number}/${side}.webp`)));
    const shownAt = performance.now();
    let chosen = false;
    const choose = async (choice: "left" | "right"): Promise<void> => {
      if (chosen) return;
      chosen = true;
      removeEventListener("keydown", keys);
      try {
        const next = await post<View>(path, { number: view.number, choice, seconds: (performance.now() - shownAt) / 1000 });
        [left, right].forEach((each) => URL.revokeObjectURL(each));
        await step(path, next);
      } catch (error) {
        complain(error);
      }
    };
    const keys = (event: KeyboardEvent): void => {
      if (event.key === "ArrowLeft") void choose("left");
      else if (event.key === "ArrowRight") void choose("right");
    };
    addEventListener("keydown", keys);
    fill(root, h("section", { class: "pair" },
      h("header", {}, h("h1", {}, view.question), h("progress", { max: view.trials, value: view.number, "aria-label": `${view.number} of ${view.trials} done` })),
      h("div", { class: "sides" }, ...(["left", "right"] as const).map((side) =>
        h("button", { type: "button", class: "side", "aria-label": `The picture on the ${side}`, onclick: () => void choose(side) },
          h("img", { src: side === "left" ? left : right, alt: "" }))))));
  };
}
