// The frame around every page: navigation left, search and account above, a bottom bar on a phone.
import { AppShell, Box } from "@mantine/core";
import { useHotkeys, useLocalStorage } from "@mantine/hooks";
import { useRouterState } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Banners } from "./Banners";
import { BottomBar } from "./BottomBar";
import { Header } from "./Header";
import { Navigation } from "./Navigation";
import { openPalette, paletteWanted } from "./palette";
import classes from "./Shell.module.css";

const CommandPalette = lazy(() =>
  import("./CommandPalette").then((found) => ({ default: found.CommandPalette })),
);

const WIDE = 224;
const NARROW = 56;

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [narrow, setNarrow] = useLocalStorage({
    key: "forecourt.navigation.narrow",
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const path = useRouterState({ select: (state) => state.location.pathname });
  useHotkeys([["mod+K", openPalette]], []);
  const palette = useSyncExternalStore(paletteWanted.watch, paletteWanted.read);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);

  // A new page is announced by moving the focus to it, as a full page load would.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of path that matters
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [path]);

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: narrow ? NARROW : WIDE, breakpoint: "sm", collapsed: { mobile: true } }}
      footer={{ height: { base: 58, sm: 0 } }}
      padding={0}
      transitionDuration={0}
    >
      <a href="#main" className={classes.skip}>
        {t("shell.skip")}
      </a>
      <AppShell.Header className={classes.bar}>
        <Header />
      </AppShell.Header>
      <AppShell.Navbar className={classes.bar} aria-label={t("shell.navigation")} visibleFrom="sm">
        <Navigation narrow={narrow} onNarrow={() => setNarrow(!narrow)} />
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <Banners />
        <Box p={{ base: "sm", sm: "lg" }} maw={1440} mx="auto">
          {children}
        </Box>
      </AppShell.Main>
      <AppShell.Footer className={classes.bar} hiddenFrom="sm">
        <BottomBar />
      </AppShell.Footer>
      {palette && (
        <Suspense>
          <CommandPalette />
        </Suspense>
      )}
    </AppShell>
  );
}
