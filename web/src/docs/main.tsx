// Starts the API reference: a page of its own, readable without signing in.
import "@fontsource-variable/inter/wght.css";
import "../app/mantine.css";
import "../app/global.css";
import { MantineProvider } from "@mantine/core";
import { createRoot } from "react-dom/client";
import { theme } from "../app/theme";
import { startTexts, withTexts } from "../locales/texts";

const root = document.getElementById("root");
const ready = startTexts().then(() => withTexts(import("./Reference")));
if (root) {
  void ready.then(({ Reference }) =>
    createRoot(root).render(
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Reference />
      </MantineProvider>,
    ),
  );
}
