// Live: the webcam as anime. Works in the studio and, without a server, as a static page.

import { button, choice, panel, toggle } from "./controls";
import { asCharacter, atStudio, hasWebGpu, inBrowser, type Drawer, type Engine } from "./drawers";
import { fill, h, ICONS } from "./dom";
import { save, webcam } from "./files";
import { liveCharacter } from "./live-character";
import { notify, showError } from "./notice";
import { record, type Recorder } from "./recorder";
import type { Page } from "./state";

const SIZES = [128, 192, 256, 384];
const TRACKED = 400; // pixels of the longer side of frames in which a face is tracked
const OVER = 20; // frames over which rate and latency are averaged
const GREEN = "#00b140"; // that programs remove by its colour

export interface LiveOptions {
  base: string;
  looks: string[];
  studio: boolean;
  characters: boolean; // whether the studio draws characters of the painter
}

export async function live(options: LiveOptions): Promise<Page> {
  const gpu = await hasWebGpu();
  const video = h("video", { muted: true, playsInline: true, hidden: true });
  const canvas = h("canvas", { class: "live-canvas", width: 256, height: 256, role: "img", "aria-label": "The webcam as anime" });
  const area = h("div", { class: "canvas" });
  const facts = h("p", { class: "facts", role: "status" });
  const drawn = new OffscreenCanvas(1, 1);
  const rate = h("output", { class: "rate", "data-rate": "" }, "–");
  const latency = h("output", { "data-latency": "" }, "–");
  const engineText = h("p", { class: "hint", "data-engine": "" }, "");
  let asked: "character" | "look" = options.characters ? "character" : "look";
  let look = options.looks[0] ?? "cel";
  let size = 256;
  let engine: Engine = gpu ? "webgpu" : options.studio ? "studio" : "wasm";
  let drawer: Drawer | null = null;
  let running = false;
  let waiting = false; // for a webcam that was lost, is in use or is blocked
  let turn = 0;
  let mirror = true;
  let background = "clear";
  let colour = GREEN;
  let recorder: Recorder | null = null;

  const frameOf = (whole: boolean): OffscreenCanvas => {
    const { videoWidth, videoHeight } = video;
    const side = Math.min(videoWidth, videoHeight);
    const scale = whole ? Math.min(1, TRACKED / Math.max(videoWidth, videoHeight)) : size / side;
    const [width, height] = whole ? [videoWidth, videoHeight] : [side, side];
    const frame = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
    const context = frame.getContext("2d", { willReadFrequently: true })!;
    if (mirror) context.setTransform(-1, 0, 0, 1, frame.width, 0);
    context.drawImage(video, (videoWidth - width) / 2, (videoHeight - height) / 2, width, height, 0, 0, frame.width, frame.height);
    return frame;
  };

  const make = async (): Promise<Drawer> => {
    engineText.textContent = "Loading…";
    if (asked === "character") return asCharacter(await character.id(), character.performance);
    if (engine === "studio") return atStudio(look);
    try {
      return await inBrowser(options.base, look, engine);
    } catch (error) {
      if (engine === "wasm") throw error;
      engine = "wasm";
      engines.set("wasm");
      return inBrowser(options.base, look, "wasm");
    }
  };

  const show = (picture: ImageData): void => {
    [drawn.width, drawn.height] = [picture.width, picture.height];
    drawn.getContext("2d")!.putImageData(picture, 0, 0);
    if (canvas.width !== picture.width) canvas.width = canvas.height = picture.width;
    const context = canvas.getContext("2d")!;
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (background === "colour") {
      context.fillStyle = colour;
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    context.drawImage(drawn, 0, 0);
  };

  /** Draws new frames of the webcam until it is stopped; frames that come too fast are left out. */
  const loop = (mine: number): Promise<void> => new Promise((_, reject) => {
    const meter = metered(rate, latency);
    let [inFlight, sent, shown] = [0, 0, 0];
    let fresh: number | null = null; // when the newest frame came, if it was not sent
    const stopped = (): boolean => !running || mine !== turn;
    const one = async (): Promise<void> => {
      const [number, came] = [++sent, fresh!];
      fresh = null;
      inFlight++;
      try {
        const picture = await drawer!.draw(frameOf(drawer!.whole), (performance.timeOrigin + came) / 1000);
        if (stopped() || number < shown) return;
        shown = number;
        show(picture);
        meter(came);
        if (asked === "character") facts.textContent = character.said || PRIVATE;
      } catch (error) {
        if (!stopped()) reject(error);
      } finally {
        inFlight--;
        next();
      }
    };
    const next = (): void => {
      if (!stopped() && fresh !== null && inFlight < drawer!.ahead) void one();
    };
    const came = (now: number, { captureTime }: VideoFrameCallbackMetadata): void => {
      if (stopped()) return;
      fresh = captureTime ?? now;
      next();
      video.requestVideoFrameCallback(came);
    };
    video.requestVideoFrameCallback(came);
  });

  /** Restart with the current settings. */
  const restart = async (): Promise<void> => {
    if (!running) return;
    const mine = ++turn;
    drawer?.close();
    rate.textContent = latency.textContent = "–";
    try {
      const next = await make();
      if (mine !== turn) return next.close();
      drawer = next;
      engineText.textContent = asked === "look" ? `Drawn by ${drawer.name}, ${size} pixels.` : "Drawn by the studio.";
      await loop(mine);
    } catch (error) {
      if (mine !== turn) return;
      showError(error);
      stop();
    }
  };

  const start = async (): Promise<void> => {
    waiting = false;
    try {
      video.srcObject = await webcam({ width: { ideal: 640 }, facingMode: "user" }, lost);
      await video.play();
    } catch (error) {
      waiting = true;
      showError(error);
      return;
    }
    running = true;
    fill(area, canvas);
    power.lastChild!.textContent = "Stop";
    facts.textContent = PRIVATE;
    paint();
    void restart();
  };

  const stop = (): void => {
    running = waiting = false;
    turn++;
    drawer?.close();
    drawer = null;
    if (recorder) void finish();
    (video.srcObject as MediaStream | null)?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    power.lastChild!.textContent = "Start webcam";
    fill(area, welcome);
    facts.textContent = engineText.textContent = "";
    rate.textContent = latency.textContent = "–";
    alone(false);
    paint();
  };

  const lost = (): void => {
    stop();
    waiting = true;
    facts.textContent = "Waiting for the webcam. It starts again when it is back.";
  };
  /** A webcam was plugged in, or allowed. */
  const back = (): void => void (waiting && start());

  const finish = async (): Promise<void> => {
    const ended = recorder!;
    recorder = null;
    paint();
    const file = await ended.stop();
    save(file, file.name);
  };
  const recording = async (): Promise<void> => {
    if (recorder) return finish();
    try {
      recorder = await record(canvas);
      if (!recorder.sound) notify("The microphone is blocked or missing; the recording has no sound");
      paint();
    } catch (error) {
      showError(error);
    }
  };

  /** Show the picture alone in the window, for programs that capture it. */
  const alone = (on: boolean): void => {
    if (on) notify("Press Escape or click the picture to show the controls again");
    area.classList.toggle("alone", on);
  };

  const paint = (): void => {
    recordButton.lastChild!.textContent = recorder ? "Stop recording (R)" : "Record (R)";
    recordButton.setAttribute("aria-pressed", String(Boolean(recorder)));
    for (const each of [recordButton, aloneButton, frameButton]) each.disabled = !running;
    lookPanel.hidden = asked !== "look";
    for (const each of characterPanels) each.hidden = asked !== "character";
    area.classList.toggle("figure", asked === "character");
    area.classList.toggle("checked", asked === "character" && running && background === "clear");
    area.style.background = asked === "character" && running && background === "colour" ? colour : "";
  };

  const PRIVATE = "The video stays on this computer.";
  const flip = (): void => (running ? stop() : void start());
  const power = button("Start webcam", ICONS.camera, flip, { class: "primary" });
  const welcome = h("div", { class: "drop" }, h("p", { class: "drop-title" }, "Your webcam, as anime"),
    h("p", { class: "hint" }, options.studio
      ? `Drawn in the browser or by the studio. The video is not uploaded to the internet.${options.characters ? " Drop a character file here to use it." : ""}`
      : "Drawn in the browser. The video stays on this computer."));
  const character = liveCharacter(() => void restart(), options.characters);
  const recordButton = button("Record (R)", ICONS.film, () => void recording(), { "aria-keyshortcuts": "r" });
  const aloneButton = button("Picture only (F)", ICONS.fit, () => alone(true), { "aria-keyshortcuts": "f" });
  const frameButton = button("Download frame", ICONS.down, () => canvas.toBlob((blob) => blob && save(blob, "live.png")));
  const engines = choice("Engine", [
    ...(gpu ? [{ value: "webgpu", label: "WebGPU" }] : []),
    { value: "wasm", label: "WebAssembly" },
    ...(options.studio ? [{ value: "studio", label: "Studio" }] : []),
  ], engine, (value) => { engine = value as Engine; void restart(); });
  const lookPanel = panel("Look",
    choice("Look", options.looks.map((name) => ({ value: name, label: name })), look, (value) => { look = value; void restart(); }).element,
    choice("Size in pixels", SIZES.map((each) => ({ value: String(each), label: String(each) })), String(size), (value) => { size = Number(value); void restart(); }).element,
    engines.element);
  const shade = h("input", { type: "color", value: colour, "aria-label": "Background colour", oninput: () => { colour = shade.value; paint(); } });
  const characterPanels = [...character.panels, panel("Background",
    choice("Background", [{ value: "clear", label: "Clear" }, { value: "colour", label: "Colour" }], background,
      (value) => { background = value; shade.hidden = value === "clear"; paint(); }).element, shade)];
  shade.hidden = true;
  const side = h("aside", { class: "inspector" },
    panel("Webcam", h("p", { class: "big" }, rate, h("span", { class: "hint" }, " frames/s")),
      h("p", { class: "hint" }, "From camera to picture: ", latency), engineText, power,
      options.characters && choice("Draw", [{ value: "character", label: "A character" }, { value: "look", label: "The picture" }], asked,
        (value) => { asked = value as typeof asked; paint(); void restart(); }).element,
      toggle("Mirror", mirror, (on) => (mirror = on)).element),
    ...characterPanels, lookPanel,
    panel("Output", h("div", { class: "stack-buttons" }, recordButton, aloneButton, frameButton)));
  area.addEventListener("click", () => alone(false));
  fill(area, welcome);
  paint();

  const keys: Record<string, () => void> = {
    c: () => character.calibrate(), r: () => void recording(), f: () => alone(true), Escape: () => alone(false),
  };
  const key = (event: KeyboardEvent): boolean => {
    if (!running || event.ctrlKey || event.metaKey) return false;
    if (asked === "character" && character.pressed(event.key)) return true;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act && !event.repeat) act();
    return Boolean(act);
  };
  const up = (event: KeyboardEvent): void => character.released(event.key);
  const listening = new AbortController();
  const { signal } = listening;
  addEventListener("keyup", up, { signal });
  addEventListener("blur", () => character.releaseAll(), { signal });
  navigator.mediaDevices?.addEventListener("devicechange", back, { signal });
  void navigator.permissions?.query({ name: "camera" as PermissionName })
    .then((permission) => permission.addEventListener("change", () => permission.state === "granted" && back(), { signal }))
    .catch(() => {}); // Firefox does not know this permission
  return {
    element: h("div", { class: "work" }, h("div", { class: "main" }, area, facts, video), side),
    key,
    drop: (files) => character.take(files),
    leave: () => { listening.abort(); stop(); },
  };
}

/** Shows the rate of pictures and how long they take; call it with the time at which the frame came. */
function metered(rate: HTMLElement, latency: HTMLElement): (came: number) => void {
  const times: number[] = [];
  const waits: number[] = [];
  return (came) => {
    const now = performance.now();
    times.push(now);
    waits.push(now - came);
    if (times.length > OVER) times.shift();
    if (waits.length > OVER) waits.shift();
    const wait = [...waits].sort((a, b) => a - b)[waits.length >> 1];
    latency.textContent = `${Math.round(wait)} ms`;
    latency.dataset.latency = wait.toFixed(1);
    if (times.length < 2) return;
    const fps = ((times.length - 1) * 1000) / (now - times[0]);
    rate.textContent = fps.toFixed(fps < 10 ? 1 : 0);
    rate.dataset.rate = fps.toFixed(2);
    rate.dataset.frames = String(Number(rate.dataset.frames ?? 0) + 1);
  };
}
