// Three ways to draw a frame behind one door: WebGPU or WebAssembly in this browser, or the studio.

import type { Asked, Said } from "./live-worker";

export type Engine = "webgpu" | "wasm" | "studio";

export interface Drawer {
  readonly name: string;
  readonly ahead: number; // frames that may be on their way at once
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

/** Opens `look` in this browser. `base` is where ort/ and live/ lie. */
export async function inBrowser(base: string, look: string, engine: "webgpu" | "wasm"): Promise<Drawer> {
  const worker = new Worker(new URL("./live-worker.ts", import.meta.url), { type: "module" });
  const ask = (asked: Asked, move: Transferable[] = []): Promise<Said> =>
    new Promise((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<Said>) =>
        event.data.kind === "failed" ? reject(new Error(event.data.why)) : resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message || "the worker could not be started"));
      worker.postMessage(asked, move);
    });
  const count = threads();
  try {
    await ask({ kind: "open", base, look, engine, threads: count });
  } catch (error) {
    worker.terminate();
    throw error;
  }
  return {
    name: engine === "webgpu" ? "WebGPU in this browser" : `WebAssembly in this browser, ${count} ${count === 1 ? "thread" : "threads"}`,
    ahead: 1,
    draw: async ({ data, width, height }) => {
      const pixels = data as unknown as Uint8ClampedArray<ArrayBuffer>;
      const said = await ask({ kind: "draw", pixels, width, height }, [pixels.buffer]);
      if (said.kind !== "drawn") throw new Error("nothing was drawn");
      return new ImageData(said.pixels as Uint8ClampedArray<ArrayBuffer>, said.width, said.height);
    },
    close: () => worker.terminate(),
  };
}

/** Sends frames to the studio on this machine. */
export function atStudio(look: string, client: string): Drawer {
  return {
    name: "the studio on this machine",
    ahead: 2, // while one is drawn, the next is on its way
    draw: async (frame) => {
      const canvas = new OffscreenCanvas(frame.width, frame.height);
      const context = canvas.getContext("2d", { willReadFrequently: true })!;
      context.putImageData(frame, 0, 0);
      const body = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
      const answer = await fetch(`/api/frame?style=${look}`, { method: "POST", body, headers: { "X-Client": client } });
      if (!answer.ok) throw new Error((await answer.json().catch(() => ({ detail: answer.statusText }))).detail);
      const bitmap = await createImageBitmap(await answer.blob());
      context.drawImage(bitmap, 0, 0);
      bitmap.close();
      return context.getImageData(0, 0, frame.width, frame.height);
    },
    close: () => {},
  };
}
