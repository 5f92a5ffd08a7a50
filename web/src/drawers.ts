// Three engines for live frames: WebGPU or WebAssembly in the browser, or the studio.

import { send } from "./api";
import type { WorkerRequest, WorkerResponse } from "./live-worker";

export type Engine = "webgpu" | "wasm" | "studio";

export interface Drawer {
  readonly name: string;
  readonly ahead: number; // frames that may be in flight at once
  draw(frame: ImageData): Promise<ImageData>;
  close(): void;
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
    draw: async ({ data, width, height }) => {
      const pixels = data as unknown as Uint8ClampedArray<ArrayBuffer>;
      const response = await call({ kind: "draw", pixels, width, height }, [pixels.buffer]);
      if (response.kind !== "drawn") throw new Error("no frame was drawn");
      return new ImageData(response.pixels as Uint8ClampedArray<ArrayBuffer>, response.width, response.height);
    },
    close: () => worker.terminate(),
  };
}

/** Sends frames to the studio. */
export function atStudio(look: string): Drawer {
  return {
    name: "the studio",
    ahead: 2, // one is sent while another is drawn
    draw: async (frame) => {
      const canvas = new OffscreenCanvas(frame.width, frame.height);
      const context = canvas.getContext("2d", { willReadFrequently: true })!;
      context.putImageData(frame, 0, 0);
      const body = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
      const response = await send("POST", `/api/frame?style=${look}`, body);
      const bitmap = await createImageBitmap(await response.blob());
      context.drawImage(bitmap, 0, 0);
      bitmap.close();
      return context.getImageData(0, 0, frame.width, frame.height);
    },
    close: () => {},
  };
}
