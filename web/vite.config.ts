import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where the real server listens while the page is developed against it. */
const server = process.env.FORECOURT_URL ?? "http://127.0.0.1:8080";
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": here("./src") } },
  build: {
    // The page runs under a policy without `data:` scripts, styles or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: here("./index.html"), docs: here("./docs.html") },
      output: {
        // A few files that a first visit needs anyway, rather than one for every icon.
        codeSplitting: {
          groups: [
            {
              name: "react",
              test: /node_modules\/(react|react-dom|scheduler|@tanstack|i18next|react-i18next)\//,
            },
            { name: "icons", test: /node_modules\/@tabler\// },
            {
              name: "ui",
              test: /src\/(ui|lib|api)\/(?!DataTable|list\/|BarChart|Filters|FormDialog|ConfirmAction|Json|Copy|Facts|zones|days)/,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: { "/api": { target: server, changeOrigin: false } },
  },
});
