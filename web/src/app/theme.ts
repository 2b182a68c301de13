// One theme object: petrol as the accent, cool neutral greys, borders rather than shadows, one scale of radius and space.
import { createTheme, type MantineColorsTuple, mergeThemeOverrides } from "@mantine/core";
import { isColour, shades } from "@/lib/palette";

const petrol: MantineColorsTuple = [
  "#e9f7fa",
  "#d5ecf1",
  "#abd8e2",
  "#7dc3d3",
  "#58b1c6",
  "#3fa5bd",
  "#2f96af",
  "#1b7d94",
  "#0d6476",
  "#084c5a",
];

const dark: MantineColorsTuple = [
  "#d3d8de",
  "#b3bac4",
  "#8f98a5",
  "#6a7481",
  "#444c58",
  "#343b46",
  "#272d36",
  "#1a1f26",
  "#14181e",
  "#0e1115",
];

export const theme = createTheme({
  primaryColor: "petrol",
  primaryShade: { light: 8, dark: 7 },
  colors: { petrol, dark },
  autoContrast: true,
  luminanceThreshold: 0.36,
  fontFamily: '"Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.3" },
      h2: { fontSize: "1rem", lineHeight: "1.4" },
      h3: { fontSize: "0.875rem", lineHeight: "1.4" },
    },
  },
  defaultRadius: "md",
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "16px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Paper: { defaultProps: { withBorder: true } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, multiline: true, maw: 320 } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } },
      styles: { title: { fontWeight: 600, fontSize: "1rem" } },
    },
    Menu: { defaultProps: { shadow: "md", withinPortal: true } },
    Select: { defaultProps: { checkIconPosition: "right" } },
  },
});

/** The theme with an organisation's accent in place of ours. */
export function themeIn(colour: string) {
  if (!isColour(colour)) return theme;
  return mergeThemeOverrides(theme, { colors: { petrol: shades(colour) as unknown as MantineColorsTuple } });
}
