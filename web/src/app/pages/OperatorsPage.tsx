// Operators and their rights.
import { Button, Paper, Stack } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { InviteDialog } from "@/features/operators/Dialogs";
import { Invitations } from "@/features/operators/Invitations";
import { OperatorList, SecondFactorRule } from "@/features/operators/OperatorList";
import { useUrlState } from "@/lib/urlState";
import { Page } from "@/ui/Page";

export function OperatorsPage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const administrator = useMay("administration");
  return (
    <Page
      title={t("operators.title")}
      lead={t("operators.lead")}
      actions={
        <Button leftSection={<IconUserPlus size={16} />} onClick={() => set({ invite: "1" })}>
          {t("operators.invite")}
        </Button>
      }
    >
      <Stack gap="md">
        <OperatorList />
        {administrator && (
          <Paper p="md">
            <SecondFactorRule />
          </Paper>
        )}
        <Invitations />
      </Stack>
      {url.invite === "1" && <InviteDialog onClose={() => set({ invite: undefined })} />}
    </Page>
  );
}
