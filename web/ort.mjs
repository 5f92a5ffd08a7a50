// Copies what the live page runs on from the npm package into the page: ONNX Runtime Web (MIT) as it
// is published, its WebAssembly compressed, since uncompressed it is 14 and 17 MB.
//   wasm: SIMD and threads, every browser.  jspi: WebGPU, where the browser has JSPI (Chrome, Edge).
import { mkdirSync, readFileSync, rmSync, writeFileSync, copyFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const from = "node_modules/onnxruntime-web/dist/";
const to = "public/assets/ort/";
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
for (const kind of ["wasm", "jspi"]) copyFileSync(`${from}ort.${kind}.bundle.min.mjs`, `${to}ort.${kind}.mjs`);
for (const name of ["ort-wasm-simd-threaded", "ort-wasm-simd-threaded.jspi"])
  writeFileSync(`${to}${name}.wasm.gz`, gzipSync(readFileSync(`${from}${name}.wasm`), { level: 9 }));
