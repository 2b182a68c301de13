// On a phone: the sections used most, and a sheet with the rest.
import { Drawer, NavLink, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconApi, IconDots, IconLogout, IconUserCircle } from "@tabler/icons-react";
import { Link, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLogin } from "@/api/login";
import { SchemeSwitch, useSignOut } from "./AccountMenu";
import { useUnknownCount } from "./Navigation";
import classes from "./Shell.module.css";
import { ON_PHONE, sectionOf, sectionsFor } from "./sections";

export function BottomBar() {
  const { t } = useTranslation();
  const [opened, sheet] = useDisclosure(false);
  const current = sectionOf(useRouterState({ select: (state) => state.location.pathname }));
  const unknown = useUnknownCount();
  const signOut = useSignOut();
  const { operator } = useLogin();
  const sections = sectionsFor(operator.permissions);
  const rest = sections.filter((each) => !ON_PHONE.includes(each.to));
  return (
    <nav className={classes.bottom} aria-label={t("shell.navigation")}>
      {sections
        .filter((each) => ON_PHONE.includes(each.to))
        .map(({ to, name, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            className={classes.tab}
            activeOptions={{ exact: true }}
            aria-current={current === to ? "page" : undefined}
          >
            <Icon size={21} stroke={1.7} aria-hidden />
            {t(name)}
          </Link>
        ))}
      <button
        type="button"
        className={classes.tab}
        onClick={sheet.open}
        aria-current={current && ON_PHONE.includes(current) ? undefined : "page"}
      >
        <IconDots size={21} stroke={1.7} aria-hidden />
        {t("shell.more")}
      </button>
      <Drawer
        opened={opened}
        onClose={sheet.close}
        position="bottom"
        size="auto"
        title={t("shell.more")}
        closeButtonProps={{ "aria-label": t("form.close") }}
      >
        <Stack gap={2}>
          {rest.map(({ to, name, icon: Icon }) => (
            <NavLink
              key={to}
              renderRoot={(props) => <Link to={to} {...props} />}
              onClick={sheet.close}
              active={current === to}
              label={t(name)}
              leftSection={<Icon size={18} stroke={1.7} />}
              rightSection={
                to === "/chargers/unknown" && unknown > 0 ? <Text size="xs">{unknown}</Text> : null
              }
            />
          ))}
          <NavLink
            renderRoot={(props) => <Link to="/account" {...props} />}
            onClick={sheet.close}
            label={t("me.title")}
            leftSection={<IconUserCircle size={18} stroke={1.7} />}
          />
          <NavLink href="/api/docs" label={t("nav.api")} leftSection={<IconApi size={18} stroke={1.7} />} />
          <NavLink
            component="button"
            label={t("account.signOut")}
            leftSection={<IconLogout size={18} stroke={1.7} />}
            onClick={() => void signOut()}
          />
          <SchemeSwitch />
        </Stack>
      </Drawer>
    </nav>
  );
}
