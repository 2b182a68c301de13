// Starts the operator's application.
import "@fontsource-variable/inter/wght.css";
import "./app/mantine.css";
import "@mantine/notifications/styles.layer.css";
import "mantine-datatable/styles.layer.css";
import "./app/layers.css";
import "./app/global.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startTexts } from "./locales/texts";

const root = document.getElementById("root");
if (root) void startTexts().then(() => createRoot(root).render(<App />));
