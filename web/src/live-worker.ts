// Draws frames in a worker with ONNX Runtime Web: WebGPU if available, else WebAssembly.

interface Tensor { data: Uint8Array; dims: readonly number[]; dispose(): void; getData(release?: boolean): Promise<Uint8Array> }
interface Session { run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>; release(): Promise<void> }
interface Runtime {
  env: { wasm: { wasmPaths: Record<string, string>; numThreads: number; proxy: boolean }; logLevel: string };
  InferenceSession: { create(model: Uint8Array, options: Record<string, unknown>): Promise<Session> };
  Tensor: new (type: string, data: Uint8Array, dims: number[]) => Tensor;
}

export type WorkerRequest =
  | { kind: "open"; base: string; look: string; engine: "webgpu" | "wasm"; threads: number }
  | { kind: "draw"; pixels: Uint8ClampedArray; width: number; height: number };
export type WorkerResponse =
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
  const response = await fetch(`${base}live/${look}.onnx`);
  if (!response.ok) throw new Error(`the look ${look} could not be loaded (${response.status})`);
  const model = new Uint8Array(await response.arrayBuffer());
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

const reply = (response: WorkerResponse, move: Transferable[] = []): void => (self as unknown as Worker).postMessage(response, move);

self.onmessage = async (event: MessageEvent<WorkerRequest>): Promise<void> => {
  const request = event.data;
  try {
    if (request.kind === "open") {
      await open(request.base, request.look, request.engine, request.threads);
      reply({ kind: "opened", engine: request.engine, threads: request.threads });
    } else {
      const began = performance.now();
      const pixels = await draw(request.pixels, request.width, request.height);
      reply({ kind: "drawn", pixels, width: request.width, height: request.height, milliseconds: performance.now() - began }, [pixels.buffer]);
    }
  } catch (error) {
    reply({ kind: "failed", why: error instanceof Error ? error.message : String(error) });
  }
};
