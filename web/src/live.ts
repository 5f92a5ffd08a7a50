// Live: the webcam as anime. Works in the studio and, without a server, as a static page.

import { button, choice, panel, toggle } from "./controls";
import { atStudio, hasWebGpu, inBrowser, type Drawer, type Engine } from "./drawers";
import { fill, h, ICONS } from "./dom";
import { save, webcam } from "./files";
import { showError } from "./notice";
import type { Page } from "./state";

const SIZES = [128, 192, 256, 384];
const OVER = 20; // frames over which the rate is averaged

export interface LiveOptions {
  base: string;
  looks: string[];
  studio: boolean;
}

export async function live(options: LiveOptions): Promise<Page> {
  const gpu = await hasWebGpu();
  const video = h("video", { muted: true, playsInline: true, hidden: true });
  const canvas = h("canvas", { class: "live-canvas", width: 256, height: 256, role: "img", "aria-label": "The webcam as anime" });
  const area = h("div", { class: "canvas" });
  const facts = h("p", { class: "facts" });
  const small = document.createElement("canvas");
  const rate = h("output", { class: "rate", "data-rate": "" }, "–");
  const engineText = h("p", { class: "hint", "data-engine": "" }, "");
  let look = options.looks[0] ?? "cel";
  let size = 256;
  let engine: Engine = gpu ? "webgpu" : options.studio ? "studio" : "wasm";
  let drawer: Drawer | null = null;
  let running = false;
  let turn = 0;
  let mirror = true;

  const frameOf = (): ImageData => {
    small.width = small.height = size;
    const context = small.getContext("2d", { willReadFrequently: true })!;
    const side = Math.min(video.videoWidth, video.videoHeight);
    context.setTransform(mirror ? -1 : 1, 0, 0, 1, mirror ? size : 0, 0);
    context.drawImage(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, size, size);
    return context.getImageData(0, 0, size, size);
  };

  const make = async (): Promise<Drawer> => {
    engineText.textContent = "Loading…";
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

  const loop = async (mine: number): Promise<void> => {
    const times: number[] = [];
    const coming: Promise<ImageData>[] = [];
    while (running && mine === turn) {
      while (coming.length < drawer!.ahead) {
        const next = drawer!.draw(frameOf());
        next.catch(() => {}); // handled where it is awaited
        coming.push(next);
      }
      const drawn = await coming.shift()!;
      if (!running || mine !== turn) return;
      if (canvas.width !== drawn.width) canvas.width = canvas.height = drawn.width;
      canvas.getContext("2d")!.putImageData(drawn, 0, 0);
      times.push(performance.now());
      if (times.length > OVER) times.shift();
      if (times.length > 1) {
        const fps = ((times.length - 1) * 1000) / (times[times.length - 1] - times[0]);
        rate.textContent = fps.toFixed(fps < 10 ? 1 : 0);
        rate.dataset.rate = fps.toFixed(2);
        rate.dataset.frames = String(Number(rate.dataset.frames ?? 0) + 1);
      }
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  };

  /** Restart with the current settings. */
  const restart = async (): Promise<void> => {
    if (!running) return;
    const mine = ++turn;
    drawer?.close();
    rate.textContent = "–";
    try {
      const next = await make();
      if (mine !== turn) return next.close();
      drawer = next;
      engineText.textContent = `Drawn by ${drawer.name}, ${size} pixels.`;
      await loop(mine);
    } catch (error) {
      if (mine !== turn) return;
      engineText.textContent = "";
      showError(error);
      stop();
    }
  };

  const start = async (): Promise<void> => {
    try {
      video.srcObject = await webcam({ width: { ideal: 640 }, facingMode: "user" }, stop);
      await video.play();
    } catch (error) {
      showError(error);
      return;
    }
    running = true;
    fill(area, canvas);
    power.lastChild!.textContent = "Stop";
    facts.textContent = "The video stays on this computer.";
    void restart();
  };

  const stop = (): void => {
    running = false;
    turn++;
    drawer?.close();
    drawer = null;
    (video.srcObject as MediaStream | null)?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    power.lastChild!.textContent = "Start webcam";
    fill(area, welcome);
    facts.textContent = "";
    engineText.textContent = "";
    rate.textContent = "–";
  };

  const flip = (): void => (running ? stop() : void start());
  const power = button("Start webcam", ICONS.camera, flip, { class: "primary" });
  const welcome = h("div", { class: "drop" }, h("p", { class: "drop-title" }, "Your webcam, as anime"),
    h("p", { class: "hint" }, options.studio ? "Drawn in the browser or by the studio. The video is not uploaded to the internet." : "Drawn in the browser. The video stays on this computer."));
  const engines = choice("Engine", [
    ...(gpu ? [{ value: "webgpu", label: "WebGPU" }] : []),
    { value: "wasm", label: "WebAssembly" },
    ...(options.studio ? [{ value: "studio", label: "Studio" }] : []),
  ], engine, (value) => { engine = value as Engine; void restart(); });
  const side = h("aside", { class: "inspector" },
    panel("Frame rate", h("p", { class: "big" }, rate, h("span", { class: "hint" }, " frames/s")), engineText, power),
    panel("Settings",
      choice("Look", options.looks.map((name) => ({ value: name, label: name })), look, (value) => { look = value; void restart(); }).element,
      choice("Size in pixels", SIZES.map((each) => ({ value: String(each), label: String(each) })), String(size), (value) => { size = Number(value); void restart(); }).element,
      engines.element,
      toggle("Mirror", mirror, (on) => (mirror = on))),
    panel("Snapshot", button("Download frame", ICONS.down, () => canvas.toBlob((blob) => blob && save(blob, "live.png")))));
  fill(area, welcome);
  return { element: h("div", { class: "work" }, h("div", { class: "main" }, area, facts, video), side), leave: stop };
}
