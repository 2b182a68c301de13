// Above every page: whose network this is, search, whether what one sees is live, and the account.
import { ActionIcon, Kbd, Tooltip } from "@mantine/core";
import { IconHelp, IconSearch } from "@tabler/icons-react";
import { Link, useRouterState } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { liveState } from "@/api/live";
import { useLogin } from "@/api/login";
import { slugFor } from "@/features/handbook/pages";
import { useBrand } from "@/ui/brand";
import { Logo } from "@/ui/Logo";
import { AccountMenu } from "./AccountMenu";
import { OrganisationSwitch } from "./OrganisationSwitch";
import { openPalette } from "./palette";
import classes from "./Shell.module.css";

function LiveIndicator() {
  const { t } = useTranslation();
  const state = useSyncExternalStore(liveState.watch, liveState.read);
  return (
    <Tooltip label={t(`live.${state}Help`)}>
      <span className={classes.live} role="status">
        <span className={classes.dot} data-state={state} aria-hidden />
        {t(`live.${state}`)}
      </span>
    </Tooltip>
  );
}

/** The handbook's page about the screen one is on. */
function HelpLink() {
  const { t } = useTranslation();
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <Tooltip label={t("handbook.help")}>
      <ActionIcon
        renderRoot={(props) => <Link to="/handbook/$slug" params={{ slug: slugFor(path) }} {...props} />}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t("handbook.help")}
      >
        <IconHelp size={19} />
      </ActionIcon>
    </Tooltip>
  );
}

export function Header() {
  const { t } = useTranslation();
  const { demo } = useLogin();
  const brand = useBrand();
  return (
    <div className={classes.header}>
      <Link to="/" className={classes.brand} aria-label={t("nav.overview")}>
        {brand.logo ? (
          <img src={brand.logo} alt="" width={26} height={26} style={{ objectFit: "contain" }} />
        ) : (
          <Logo size={24} />
        )}
      </Link>
      <OrganisationSwitch />
      {demo && <span className={`${classes.count} mantine-visible-from-sm`}>{t("shell.demo")}</span>}
      <button type="button" className={`${classes.search} mantine-visible-from-sm`} onClick={openPalette}>
        <IconSearch size={15} aria-hidden />
        <span>{t("palette.open")}</span>
        <Kbd size="xs">Ctrl K</Kbd>
      </button>
      <div style={{ flex: 1 }} className="mantine-hidden-from-sm" />
      <LiveIndicator />
      <ActionIcon
        hiddenFrom="sm"
        variant="subtle"
        color="gray"
        size="lg"
        onClick={openPalette}
        aria-label={t("palette.open")}
      >
        <IconSearch size={19} />
      </ActionIcon>
      <HelpLink />
      <AccountMenu />
    </div>
  );
}
