// The second factor: set up with an authenticator app, recovery codes shown once, turned off with the password.
import {
  Alert,
  Box,
  Button,
  Code,
  Group,
  Modal,
  PasswordInput,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconEyeOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { renderSVG } from "uqr";
import type { Account } from "@/api/types";
import { CopyLine } from "@/ui/Copy";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { useAccountWrites } from "./queries";

interface Made {
  secret: string;
  address: string;
}

function SetUpDialog({
  made,
  onClose,
  onCodes,
}: {
  made: Made;
  onClose: () => void;
  onCodes: (codes: string[]) => void;
}) {
  const { t } = useTranslation();
  const { confirmFactor } = useAccountWrites();
  const form = useForm({
    initialValues: { code: "" },
    validate: { code: (value) => (value.trim() ? null : t("form.required")) },
  });
  const picture = `data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(made.address, { border: 3 }))}`;
  return (
    <FormDialog
      title={t("factor.setUp")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("factor.turnOn")}
      onSubmit={async ({ code }) => onCodes((await confirmFactor(code)).codes)}
    >
      <Text>{t("factor.scan")}</Text>
      <Box ta="center">
        <img src={picture} alt={t("factor.picture")} width={200} height={200} style={{ borderRadius: 8 }} />
      </Box>
      <CopyLine label={t("factor.secret")} text={made.secret} />
      <TextInput
        label={t("factor.code")}
        description={t("factor.codeHelp")}
        inputMode="numeric"
        autoComplete="one-time-code"
        data-autofocus
        {...form.getInputProps("code")}
      />
    </FormDialog>
  );
}

function Codes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("factor.recovery")}
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <Stack>
        <Text>{t("factor.recoveryText")}</Text>
        <SimpleGrid cols={2} spacing="xs">
          {codes.map((code) => (
            <Code key={code} fz="md" ta="center">
              {code}
            </Code>
          ))}
        </SimpleGrid>
        <CopyLine label={t("factor.all")} text={codes.join(" ")} />
        <Alert color="orange" variant="light" icon={<IconEyeOff size={18} />}>
          {t("factor.once")}
        </Alert>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t("factor.kept")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function OffDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { endFactor } = useAccountWrites();
  const form = useForm({ initialValues: { password: "" } });
  return (
    <FormDialog
      title={t("factor.turnOff")}
      opened
      danger
      onClose={onClose}
      form={form}
      submitLabel={t("factor.turnOff")}
      onSubmit={async ({ password }) => {
        await endFactor(password);
        notifyDone(t("factor.isOff"));
      }}
    >
      <Text>{t("factor.offText")}</Text>
      <PasswordInput
        label={t("me.presentPassword")}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ "aria-label": t("login.show") }}
        data-autofocus
        {...form.getInputProps("password")}
      />
    </FormDialog>
  );
}

export function SecondFactor({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { beginFactor, reread } = useAccountWrites();
  const problemText = useProblemText();
  const [made, setMade] = useState<Made | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [ending, end] = useDisclosure(false);
  const begin = () => beginFactor().then(setMade, (error) => notifyFailed(problemText(error)));
  const on = account.second_factor;
  return (
    <Panel
      title={t("factor.title")}
      aside={<ToneBadge tone={on ? "green" : "grey"}>{t(on ? "operators.on" : "operators.off")}</ToneBadge>}
    >
      <Stack align="flex-start" gap="sm">
        <Text c="dimmed" maw={560}>
          {t(on ? "factor.onText" : "factor.text", { count: account.recovery_codes })}
        </Text>
        {on ? (
          <Button variant="default" onClick={end.open}>
            {t("factor.turnOff")}
          </Button>
        ) : (
          <Button onClick={() => void begin()}>{t("factor.setUp")}</Button>
        )}
      </Stack>
      {made && (
        <SetUpDialog
          made={made}
          onClose={() => setMade(null)}
          onCodes={(all) => {
            setMade(null);
            setCodes(all);
          }}
        />
      )}
      {codes && (
        <Codes
          codes={codes}
          onClose={() => {
            setCodes(null);
            void reread();
          }}
        />
      )}
      {ending && <OffDialog onClose={end.close} />}
    </Panel>
  );
}
