// Film: renders a clip in a look, or as a character with keyframes, in the background.

import { duration, get, post, type Character, type Clip, type Edits, type Job, type Keyframe, type Look, type ModelState } from "./api";
import { button, choice, panel, slider, toggle } from "./controls";
import { fill, h, ICONS } from "./dom";
import { bare, dropZone, picker, SAMPLE_CLIP } from "./files";
import { Renders } from "./jobs";
import { LOOK, lookControls } from "./look";
import { attributes, pictureOf } from "./needs";
import { Player, type FrameRequest } from "./player";
import { editControls } from "./sliders";
import { Timeline } from "./timeline";
import { showError, action, notify } from "./notice";
import { status, type Page } from "./state";
import { add, CLIPS, kindOf, openElsewhere } from "./uploads";
import { recentWork, undoButtons, undoKey, Work } from "./work";

interface Setting {
  kind: string; look: Look; who: string; edits: Edits; keyframes: Keyframe[];
  compare: boolean; alone: boolean; seconds: number; drawn: boolean;
}
const PLAIN: Setting = {
  kind: "look", look: LOOK, who: "", edits: {}, keyframes: [], compare: false, alone: false, seconds: 3, drawn: true,
};

export async function film(): Promise<Page> {
  const { styles, model } = await status();
  const known = model.ready ? await attributes().catch(() => []) : [];
  const people = model.ready ? await get<Character[]>("/api/characters") : [];
  const initial: Setting = { ...PLAIN, look: { ...LOOK, style: styles[0]?.name ?? "cel" } };
  let clip: Clip | null = null;
  let clips: Clip[] = [];
  let work: Work<Setting> | null = null;
  const now = (): Setting => work?.now ?? initial;
  const actor = (): Character | undefined => (now().kind === "character" ? people.find((each) => each.id === now().who) : undefined);
  const area = h("div", { class: "canvas" });
  const facts = h("p", { class: "facts" });
  const player = new Player(() => (now().drawn ? acting(now(), actor()) : null));
  player.onmove = () => timeline.paint();

  /** Keep `values`, and draw the frame with them. */
  const change = (values: Partial<Setting>, done = false): void => {
    work?.set(values, done);
    player.draw();
    mark();
  };
  const timeline = new Timeline({
    length: () => player.length, now: () => player.now, rate: () => clip?.rate || 25, seek: (seconds) => player.seek(seconds),
    edits: () => now().edits, keyframes: () => now().keyframes,
    change: (keyframes, done) => change({ keyframes }, done),
    opened: (edits) => { sliders.set(edits); change({ edits }); },
  }, player.bar);
  const sliders = editControls(known, (edits, done) => {
    timeline.edited(edits, false);
    change({ edits }, done);
  });
  const { element: buttons, mark } = undoButtons(() => work);
  const renders = new Renders(
    () => true, (job) => play(job), "No renders yet.",
    (job) => (job.spec.seconds ? play(job) : notify(`${job.name} is ready`)));
  const play = (job: Job): void => {
    fill(area, player.element);
    player.play(job);
    facts.textContent = job.name;
  };

  const open = async (next: Clip): Promise<void> => {
    clip = next;
    sessionStorage.setItem("clip", JSON.stringify(next));
    work?.close();
    work = null;
    fill(area, player.element);
    player.show(next);
    facts.textContent = factsOf(next);
    side.inert = false;
    timeline.element.hidden = false;
    timeline.unselect();
    showClips();
    const opened = await Work.open("film", next.id, initial, show);
    if (clip !== next) return opened.close();
    work = opened;
    show(opened.now);
  };
  const take = async (files: File[]): Promise<void> => {
    if (files.some((file) => kindOf(file) !== "clip")) return void openElsewhere(files);
    const added = await add(files, { clip: (made) => { clips = [made, ...clips]; void open(made).catch(showError); } });
    clips = [...added.clips.slice(1), ...clips];
    showClips();
  };

  const start = (part: boolean): ((event: Event) => Promise<void>) => action(async () => {
    if (!clip) return;
    const at = player.now;
    if (player.rendered && part) player.show(clip, at);
    const { alone, compare, seconds, look } = now();
    const who = actor();
    const name = `${bare(clip.name)}, ${who?.name ?? look.style}${part ? ", preview" : who && alone ? ", transparent" : ""}`;
    const cut = part ? { start: Math.min(at, Math.max(0, clip.seconds - 0.2)), seconds } : {};
    // Browsers cannot play ProRes, so a preview shows the full picture.
    const kind = who ? { figure: alone && !part } : { compare };
    await post("/api/jobs", { clip: clip.id, name, ...acting(now(), who), ...cut, ...kind });
    await renders.look();
  });
  const [preview, whole] = [start(true), start(false)];

  const looks = lookControls(styles, initial.look, (values) => change({ look: { ...now().look, ...values } }));
  const compare = toggle("Show original side by side", false, (on) => change({ compare: on }, true));
  const alone = toggle("Character only, transparent background (.mov)", false, (on) => change({ alone: on }, true));
  const drawn = toggle("Draw the frame while paused", true, (on) => change({ drawn: on }, true));
  const length = slider({
    label: "Preview length", min: 1, max: 10, step: 1, value: 3, show: (value) => `${value} s`, oninput: (value) => change({ seconds: value }),
  });
  const faces = h("ul", { class: "strip", "aria-label": "Character" }, ...people.map((each) => h("li", {}, h("button", {
    type: "button", class: "face", title: each.name, "aria-label": `Use ${each.name}`, "aria-pressed": "false",
    onclick: () => { change({ who: each.id, edits: { ...each.edits } }, true); show(now()); },
  }, h("img", { src: pictureOf(each.id), alt: "" })))));
  const kind = choice("Turn faces into", [{ value: "look", label: "Anime look" }, { value: "character", label: "Character" }], "look",
    (value) => { change({ kind: value }, true); show(now()); });
  const actorPart = h("div", { hidden: true }, panel("Character", characterChoice(model, people, faces), people.length > 0 && alone.element),
    known.length > 0 && h("div", {}, h("p", { class: "hint padded" }, "Edits apply to the whole clip. Add keyframes to change them over time."), sliders.element));
  const comparePart = h("div", {}, compare.element);

  const show = (value: Setting): void => {
    const acts = value.kind === "character";
    kind.set(value.kind);
    looks.set(value.look);
    compare.set(value.compare);
    alone.set(value.alone);
    drawn.set(value.drawn);
    length.set(value.seconds);
    sliders.set(value.edits);
    actorPart.hidden = !acts;
    comparePart.hidden = acts;
    people.forEach((each, index) => faces.children[index].firstElementChild?.setAttribute("aria-pressed", String(each.id === value.who)));
    timeline.allow(Boolean(actor()) && known.length > 0);
    timeline.show();
    player.draw();
    mark();
  };

  const input = picker(CLIPS, (files) => void take(files));
  const posters = h("ul", { class: "strip", "aria-label": "Clips" });
  const showClips = (): void => fill(posters, ...clips.slice(0, 8).map((each) => h("li", {}, h("button", {
    type: "button", class: "face", title: each.name, "aria-label": `Open ${each.name}`, "aria-pressed": String(each.id === clip?.id),
    onclick: () => void open(each).catch(showError),
  }, h("img", { src: `/api/clips/${each.id}/poster.jpg`, alt: "", loading: "lazy" })))));
  const side = h("aside", { class: "inspector", inert: true },
    h("section", { class: "panel" }, h("div", { class: "row" }, h("h2", {}, "Settings"), buttons), kind.element, drawn.element),
    actorPart, panel("Look", ...looks.elements, comparePart),
    panel("Render", length.element,
      h("div", { class: "stack-buttons" },
        button("Preview from here", ICONS.play, (event) => void preview(event)),
        button("Render clip", ICONS.film, (event) => void whole(event), { class: "primary" }))),
    panel("Renders", renders.element),
    panel("Clips", posters, button("Add clips", ICONS.up, () => input.click())), input);

  timeline.element.hidden = true;
  clips = await get<Clip[]>("/api/clips");
  const last = await lastClip(clips);
  if (last) await open(last);
  else fill(area, dropZone({
    title: "Drop clips anywhere", accept: CLIPS, chosen: (files) => void take(files),
    hint: "MP4, MOV, MKV, WebM or AVI. Frame rate, length and sound stay the same.", sample: SAMPLE_CLIP,
  }));
  void renders.look();
  return {
    element: h("div", { class: "work" }, h("div", { class: "main film" }, area, timeline.element, facts), side),
    drop: (files) => void take(files),
    key: (event) => undoKey(event, work) || (clip !== null && transportKey(event, player)),
    leave: () => { work?.close(); renders.stop(); player.stop(); },
  };
}

/** The settings of a film or a frame. */
function acting(now: Setting, who: Character | undefined): NonNullable<FrameRequest> {
  const look = { ...now.look, faces_only: false };
  return who ? { look, character: who.id, edits: now.keyframes.length ? {} : now.edits, keyframes: now.keyframes } : { look };
}

function characterChoice(model: ModelState, people: Character[], faces: HTMLElement): HTMLElement {
  if (!model.ready) return h("p", { class: "hint" }, `Not available: ${model.why}.`);
  return people.length ? faces : h("p", { class: "hint" }, "Save a character in Cast or Direct first.");
}

const factsOf = (clip: Clip): string => [
  clip.name, `${clip.width} × ${clip.height}`, `${clip.rate.toFixed(2).replace(/\.?0+$/, "")} frames/s`,
  duration(clip.seconds), clip.sound ? "with sound" : "no sound",
].join(" · ");

/** The clip to show: this window's, else the one that was worked on last. */
async function lastClip(clips: Clip[]): Promise<Clip | undefined> {
  const own = (JSON.parse(sessionStorage.getItem("clip") ?? "null") as Clip | null)?.id;
  const find = (id: string | undefined): Clip | undefined => clips.find((each) => each.id === id);
  return find(own) ?? find((await recentWork()).find(({ page, item }) => page === "film" && find(item))?.item);
}

/** Space plays, the arrows move by a second, comma and full stop by a frame. */
function transportKey(event: KeyboardEvent, player: Player): boolean {
  const target = event.target as HTMLElement;
  if (target.matches("button, summary, a, input, select") && !(event.key === "," || event.key === ".")) return false;
  if (event.key === " ") player.toggle();
  else if (event.key === "ArrowLeft") player.seek(player.now - 1);
  else if (event.key === "ArrowRight") player.seek(player.now + 1);
  else if (event.key === ",") player.step(-1);
  else if (event.key === ".") player.step(1);
  else return false;
  return true;
}
