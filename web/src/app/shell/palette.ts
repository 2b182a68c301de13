// Opens the command palette, which comes after the first page is drawn.

export function openPalette(): void {
  void import("@mantine/spotlight").then(({ spotlight }) => spotlight.open());
}
