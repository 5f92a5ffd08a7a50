// Draws frames beside the page: ONNX Runtime Web with WebGPU where it runs, else WebAssembly.

interface Tensor { data: Uint8Array; dims: readonly number[]; dispose(): void; getData(release?: boolean): Promise<Uint8Array> }
interface Session { run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>; release(): Promise<void> }
interface Runtime {
  env: { wasm: { wasmPaths: Record<string, string>; numThreads: number; proxy: boolean }; logLevel: string };
  InferenceSession: { create(model: Uint8Array, options: Record<string, unknown>): Promise<Session> };
  Tensor: new (type: string, data: Uint8Array, dims: number[]) => Tensor;
}

export type Asked =
  | { kind: "open"; base: string; look: string; engine: "webgpu" | "wasm"; threads: number }
  | { kind: "draw"; pixels: Uint8ClampedArray; width: number; height: number };
export type Said =
  | { kind: "opened"; engine: string; threads: number }
  | { kind: "failed"; why: string }
  | { kind: "drawn"; pixels: Uint8ClampedArray; width: number; height: number; milliseconds: number };

let runtime: Runtime | null = null;
let session: Session | null = null;
let loaded = "";

async function open(base: string, look: string, engine: "webgpu" | "wasm", threads: number): Promise<void> {
  const build = engine === "webgpu" ? "jspi" : "wasm";
  if (loaded !== build) {
    runtime = (await import(/* @vite-ignore */ `${base}ort/ort.${build}.mjs`)) as Runtime;
    const wasm = build === "jspi" ? "ort-wasm-simd-threaded.jspi" : "ort-wasm-simd-threaded";
    runtime.env.wasm.wasmPaths = { wasm: `${base}ort/${wasm}.wasm` };
    runtime.env.wasm.numThreads = threads;
    runtime.env.logLevel = "error";
    loaded = build;
  }
  await session?.release();
  session = null;
  const answer = await fetch(`${base}live/${look}.onnx`);
  if (!answer.ok) throw new Error(`the look ${look} is not there (${answer.status})`);
  const model = new Uint8Array(await answer.arrayBuffer());
  session = await runtime!.InferenceSession.create(model, { executionProviders: [engine], graphOptimizationLevel: "all" });
}

async function draw(rgba: Uint8ClampedArray, width: number, height: number): Promise<Uint8ClampedArray> {
  const count = width * height;
  const rgb = new Uint8Array(count * 3);
  for (let at = 0, to = 0; to < rgb.length; at += 4, to += 3) {
    rgb[to] = rgba[at];
    rgb[to + 1] = rgba[at + 1];
    rgb[to + 2] = rgba[at + 2];
  }
  const image = new runtime!.Tensor("uint8", rgb, [1, height, width, 3]);
  const { anime } = await session!.run({ image });
  const drawn = await anime.getData();
  const made = new Uint8ClampedArray(count * 4);
  for (let at = 0, to = 0; to < made.length; at += 3, to += 4) {
    made[to] = drawn[at];
    made[to + 1] = drawn[at + 1];
    made[to + 2] = drawn[at + 2];
    made[to + 3] = 255;
  }
  anime.dispose();
  return made;
}

const say = (said: Said, move: Transferable[] = []): void => (self as unknown as Worker).postMessage(said, move);

self.onmessage = async (event: MessageEvent<Asked>): Promise<void> => {
  const asked = event.data;
  try {
    if (asked.kind === "open") {
      await open(asked.base, asked.look, asked.engine, asked.threads);
      say({ kind: "opened", engine: asked.engine, threads: asked.threads });
    } else {
      const began = performance.now();
      const pixels = await draw(asked.pixels, asked.width, asked.height);
      say({ kind: "drawn", pixels, width: asked.width, height: asked.height, milliseconds: performance.now() - began }, [pixels.buffer]);
    }
  } catch (error) {
    say({ kind: "failed", why: error instanceof Error ? error.message : String(error) });
  }
};
