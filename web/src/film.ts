// Film: renders a clip in a look, or as a character with keyframes, in the background.

import { duration, get, post, upload, type Attribute, type Character, type Clip, type Edits, type Job, type Look } from "./api";
import { button, choice, panel, slider, toggle } from "./controls";
import { fill, h, ICONS } from "./dom";
import { bare, droppable, dropZone, picker, SAMPLE_CLIP } from "./files";
import { filmOf, Renders } from "./jobs";
import { LOOK, lookControls } from "./look";
import { attributes, pictureOf } from "./needs";
import { editControls } from "./sliders";
import { Timeline } from "./timeline";
import { showError, action, notify } from "./notice";
import { status, type Page } from "./state";

const ACCEPT = "video/*,.mkv";

export async function film(): Promise<Page> {
  const { styles, model } = await status();
  const known: Attribute[] = model.ready ? await attributes().catch(() => []) : [];
  const people: Character[] = model.ready ? await get<Character[]>("/api/characters") : [];
  let who: Character | null = null;
  let edits: Edits = {};
  const look: Look = { ...LOOK, style: styles[0]?.name ?? "cel" };
  let clip: Clip | null = JSON.parse(sessionStorage.getItem("clip") ?? "null");
  let compare = false;
  let alone = false;
  let seconds = 3;
  const area = h("div", { class: "canvas" });
  const facts = h("p", { class: "facts" });
  const input = picker(ACCEPT, (file) => void take(file));
  const player = h("video", { controls: true, playsInline: true, preload: "metadata", class: "player" });

  const timeline = new Timeline(player, () => edits, (next) => {
    edits = next;
    sliders.set(next);
  });
  const sliders = editControls(known, (next) => {
    edits = next;
    timeline.edited(next);
  });

  const renders = new Renders(
    () => true, (job) => play(job), "No renders yet.",
    (job) => {
      if (job.spec.seconds) play(job);
      else notify(`${job.name} is ready`);
    });

  const play = (job: Job): void => {
    fill(area, player);
    player.removeAttribute("poster");
    player.src = filmOf(job);
    player.dataset.shows = job.id;
    facts.textContent = job.name;
    player.play().catch(() => {}); // the browser may want a click first
  };

  const open = (next: Clip): void => {
    clip = next;
    sessionStorage.setItem("clip", JSON.stringify(next));
    player.poster = `/api/clips/${next.id}/poster.jpg`;
    player.src = `/api/clips/${next.id}/file`;
    delete player.dataset.shows;
    fill(area, player);
    facts.textContent = [
      next.name, `${next.width} × ${next.height}`, `${next.rate.toFixed(2).replace(/\.?0+$/, "")} frames/s`,
      duration(next.seconds), next.sound ? "with sound" : "no sound",
    ].join(" · ");
    side.inert = false;
  };

  const take = async (file: File): Promise<void> => {
    area.classList.add("sending");
    try {
      open(await upload<Clip>("/api/clips", file, (part) => area.style.setProperty("--sent", `${part * 100}%`)));
    } catch (error) {
      showError(error);
    } finally {
      area.classList.remove("sending");
    }
  };

  // Browsers cannot play ProRes, so a preview shows the full picture.
  const acted = (part: boolean) => (who
    ? { character: who.id, edits: timeline.keyframes.length ? {} : edits, keyframes: timeline.keyframes, figure: alone && !part }
    : { compare });

  const start = (part: boolean) => action(async () => {
    if (!clip) return;
    if (player.dataset.shows && part) open(clip);
    const at = player.currentTime;
    const name = `${bare(clip.name)}, ${who?.name ?? look.style}${part ? ", preview" : who && alone ? ", transparent" : ""}`;
    const cut = part ? { start: Math.min(at, Math.max(0, clip.seconds - 0.2)), seconds } : {};
    await post("/api/jobs", { clip: clip.id, name, look: { ...look, faces_only: false }, ...cut, ...acted(part) });
    await renders.look();
  });
  const preview = start(true);
  const whole = start(false);

  const lookPart = panel("Look", ...lookControls(styles, look, () => {}, {}), toggle("Show original side by side", false, (on) => (compare = on)));
  const actor = h("div", { hidden: true },
    panel("Character", !model.ready
      ? h("p", { class: "hint" }, `Not available: ${model.why}.`)
      : people.length
        ? h("ul", { class: "strip" }, ...people.map((each) => h("li", {}, h("button", {
          type: "button", class: "face", title: each.name, "aria-label": `Use ${each.name}`, "aria-pressed": "false",
          onclick: (event: Event) => choose(each, event.currentTarget as HTMLElement),
        }, h("img", { src: pictureOf(each.id), alt: each.name })))))
        : h("p", { class: "hint" }, "Save a character in Cast or Direct first."),
      people.length > 0 && toggle("Character only, transparent background (.mov)", false, (on) => (alone = on))),
    known.length > 0 && h("div", {}, h("p", { class: "hint padded" }, "Edits apply to the whole clip. Add keyframes to change them over time."), sliders.element));

  const choose = (character: Character, pressed: HTMLElement): void => {
    who = character;
    for (const each of actor.querySelectorAll(".strip .face")) each.setAttribute("aria-pressed", String(each === pressed));
    edits = { ...character.edits };
    sliders.set(edits);
    timeline.element.hidden = !known.length;
  };

  const kind = choice("Turn faces into", [{ value: "look", label: "Anime look" }, { value: "character", label: "Character" }], "look", (value) => {
    actor.hidden = value === "look";
    if (value === "look") {
      who = null;
      timeline.element.hidden = true;
    }
  });
  timeline.element.hidden = true;
  const side = h("aside", { class: "inspector", inert: true },
    h("section", { class: "panel" }, kind.element), actor, lookPart,
    panel("Render",
      slider({
        label: "Preview length", min: 1, max: 10, step: 1, value: seconds,
        show: (value) => `${value} s`, oninput: (value) => (seconds = value),
      }).element,
      h("div", { class: "stack-buttons" },
        button("Preview from here", ICONS.play, (event) => void preview(event)),
        button("Render clip", ICONS.film, (event) => void whole(event), { class: "primary" }))),
    panel("Renders", renders.element),
    panel("Clip", button("Change clip", ICONS.up, () => input.click())), input);

  droppable(area, (file) => void take(file));
  fill(area, dropZone({
    title: "Drop a clip", accept: ACCEPT, chosen: (file) => void take(file),
    hint: "MP4, MOV, MKV, WebM or AVI. Frame rate, length and sound stay the same.", sample: SAMPLE_CLIP,
  }));
  if (clip) open(clip);
  void renders.look();
  return {
    element: h("div", { class: "work" }, h("div", { class: "main film" }, area, timeline.element, facts), side),
    leave: () => { renders.stop(); player.pause(); },
  };
}
