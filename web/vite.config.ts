// Builds the page into the Python package. `npm run dev` serves it with the studio behind it.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/rosetail/studio/page",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["index.html", "live.html"] },
  },
  worker: { format: "es" },
  server: { proxy: { "/api": "http://localhost:8033" } },
});
