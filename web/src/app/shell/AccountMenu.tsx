// Who is signed in, the colour scheme, and the way out.
import {
  Avatar,
  Menu,
  SegmentedControl,
  Space,
  Text,
  UnstyledButton,
  useMantineColorScheme,
  VisuallyHidden,
} from "@mantine/core";
import { IconApi, IconLogout, IconUserCircle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { useLogin } from "@/api/login";
import { LanguageChoice } from "@/ui/LanguageChoice";
import { notifyFailed, useProblemText } from "@/ui/problem";

export function SchemeSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={t("scheme.label")}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as "light" | "dark" | "auto")}
      data={[
        { value: "light", label: t("scheme.light") },
        { value: "dark", label: t("scheme.dark") },
        { value: "auto", label: t("scheme.auto") },
      ]}
    />
  );
}

/** Signs out; the root then forgets everything that was read. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const problemText = useProblemText();
  return async () => {
    try {
      await http.remove("/session");
    } catch (error) {
      notifyFailed(problemText(error));
      return;
    }
    await client.invalidateQueries({ queryKey: keys.login });
  };
}

export function AccountMenu() {
  const { t } = useTranslation();
  const { operator, version } = useLogin();
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton style={{ borderRadius: "50%" }}>
          <Avatar name={operator.name} size={30} color="petrol" variant="filled" />
          <VisuallyHidden>{t("account.menu", { name: operator.name })}</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: "8px 12px" }}>
          <Text fw={600}>{operator.name}</Text>
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {operator.email}
          </Text>
          <Text size="sm" c="dimmed">
            {t(`role.${operator.role}`)}
          </Text>
        </div>
        <Menu.Divider />
        <div style={{ padding: "6px 12px 10px" }}>
          <SchemeSwitch />
          <Space h={8} />
          <LanguageChoice />
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUserCircle size={16} />}
          onClick={() => void navigate({ to: "/account" })}
        >
          {t("me.title")}
        </Menu.Item>
        <Menu.Item component="a" href="/api/docs" leftSection={<IconApi size={16} />}>
          {t("nav.api")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {t("account.signOut")}
        </Menu.Item>
        <Menu.Divider />
        <Text size="xs" c="dimmed" px={12} py={4}>
          Forecourt {version}
        </Text>
      </Menu.Dropdown>
    </Menu>
  );
}
