// Starts the API reference: a page of its own, readable without signing in.
import "@fontsource-variable/inter/wght.css";
import "../app/mantine.css";
import "../app/global.css";
import { MantineProvider } from "@mantine/core";
import { createRoot } from "react-dom/client";
import { theme } from "../app/theme";
import { startTexts } from "../locales/texts";
import { Reference } from "./Reference";

const root = document.getElementById("root");
if (root) {
  void startTexts().then(() =>
    createRoot(root).render(
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Reference />
      </MantineProvider>,
    ),
  );
}
