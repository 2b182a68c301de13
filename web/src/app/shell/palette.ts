// Opens the command palette, which is fetched when somebody first wants it.

let wanted = false;
const watchers = new Set<() => void>();

export const paletteWanted = {
  read: (): boolean => wanted,
  watch: (watcher: () => void): (() => void) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
};

export function openPalette(): void {
  wanted = true;
  for (const watcher of watchers) watcher();
  void import("@mantine/spotlight").then(({ spotlight }) => spotlight.open());
}
