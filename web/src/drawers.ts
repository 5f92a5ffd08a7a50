// What draws live frames: a look in the browser (WebGPU or WebAssembly) or in the studio, or a character in the studio.

import { send } from "./api";
import type { WorkerRequest, WorkerResponse } from "./live-worker";

export type Engine = "webgpu" | "wasm" | "studio";

export interface Drawer {
  readonly name: string;
  readonly ahead: number; // frames that may be in flight at once
  readonly whole: boolean; // whether it needs the whole frame, else the square in its middle
  draw(frame: OffscreenCanvas, seconds: number): Promise<ImageData>;
  close(): void;
}

/** What a character does besides following the face. */
export interface Performance {
  size: number;
  held: ReadonlySet<string>; // expressions whose keys are pressed
  takeCalibration(): boolean; // whether calibration was asked for since the last frame
  answered(face: boolean, calibrating: boolean): void;
}

export function threads(): number {
  return self.crossOriginIsolated ? Math.min(8, Math.max(1, navigator.hardwareConcurrency || 1)) : 1;
}

export async function hasWebGpu(): Promise<boolean> {
  const gpu = (navigator as unknown as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu;
  const jspi = "Suspending" in WebAssembly;
  return Boolean(jspi && gpu && (await gpu.requestAdapter().catch(() => null)));
}

/** Loads `look` in the browser. `base` is the address of the folders ort/ and live/. */
export async function inBrowser(base: string, look: string, engine: "webgpu" | "wasm"): Promise<Drawer> {
  const worker = new Worker(new URL("./live-worker.ts", import.meta.url), { type: "module" });
  const call = (request: WorkerRequest, move: Transferable[] = []): Promise<WorkerResponse> =>
    new Promise((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<WorkerResponse>) =>
        event.data.kind === "failed" ? reject(new Error(event.data.why)) : resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message || "the worker could not be started"));
      worker.postMessage(request, move);
    });
  const count = threads();
  try {
    await call({ kind: "open", base, look, engine, threads: count });
  } catch (error) {
    worker.terminate();
    throw error;
  }
  return {
    name: engine === "webgpu" ? "WebGPU in this browser" : `WebAssembly in this browser, ${count} ${count === 1 ? "thread" : "threads"}`,
    ahead: 1,
    whole: false,
    draw: async (frame) => {
      const { data, width, height } = pixelsOf(frame);
      const pixels = data as unknown as Uint8ClampedArray<ArrayBuffer>;
      const response = await call({ kind: "draw", pixels, width, height }, [pixels.buffer]);
      if (response.kind !== "drawn") throw new Error("no frame was drawn");
      return new ImageData(response.pixels as Uint8ClampedArray<ArrayBuffer>, response.width, response.height);
    },
    close: () => worker.terminate(),
  };
}

const pixelsOf = (frame: OffscreenCanvas): ImageData =>
  frame.getContext("2d", { willReadFrequently: true })!.getImageData(0, 0, frame.width, frame.height);

const jpegOf = (frame: OffscreenCanvas): Promise<Blob> => frame.convertToBlob({ type: "image/jpeg", quality: 0.9 });

/** Sends frames to the studio, which draws them in a look. */
export function atStudio(look: string): Drawer {
  return {
    name: "the studio",
    ahead: 2, // one is sent while another is drawn
    whole: false,
    draw: async (frame) => {
      const response = await send("POST", `/api/frame?style=${look}`, await jpegOf(frame));
      const bitmap = await createImageBitmap(await response.blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      canvas.getContext("2d", { willReadFrequently: true })!.drawImage(bitmap, 0, 0);
      bitmap.close();
      return pixelsOf(canvas);
    },
    close: () => {},
  };
}

/** Sends frames to the studio, which tracks the face in them and draws a character. */
export function asCharacter(id: string, performance: Performance): Drawer {
  return {
    name: "the studio",
    ahead: 2, // both are drawn at the same time
    whole: true,
    draw: async (frame, seconds) => {
      const { size } = performance;
      const query = new URLSearchParams({ seconds: seconds.toFixed(4), size: String(size) });
      performance.held.forEach((name) => query.append("held", name));
      if (performance.takeCalibration()) query.set("calibrate", "true");
      const response = await send("POST", `/api/characters/${id}/frame?${query}`, await jpegOf(frame));
      performance.answered(response.headers.get("X-Face") === "1", response.headers.get("X-Calibrating") === "1");
      return new ImageData(new Uint8ClampedArray(await response.arrayBuffer()), size, size);
    },
    close: () => {},
  };
}
