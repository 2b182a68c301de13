// Starts the API reference: a page of its own, readable without signing in.
import "@fontsource-variable/inter/wght.css";
import "../app/mantine.css";
import "../app/global.css";
import "../app/i18n";
import { MantineProvider } from "@mantine/core";
import { createRoot } from "react-dom/client";
import { theme } from "../app/theme";
import { Reference } from "./Reference";

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Reference />
    </MantineProvider>,
  );
}
