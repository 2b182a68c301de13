// One's own account.
import { Alert, Stack } from "@mantine/core";
import { IconBuilding, IconShieldLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLogin } from "@/api/login";
import { Logins } from "@/features/account/Logins";
import { Passkeys } from "@/features/account/Passkeys";
import { Profile } from "@/features/account/Profile";
import { useAccount } from "@/features/account/queries";
import { SecondFactor } from "@/features/account/SecondFactor";
import { Failure } from "@/ui/Failure";
import { Page } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";

export function AccountPage() {
  const { t } = useTranslation();
  const { operator, by_provider } = useLogin();
  const { data, error, refetch } = useAccount();
  return (
    <Page title={t("me.title")}>
      {operator.second_factor_missing && (
        <Alert color="orange" icon={<IconShieldLock size={18} />} title={t("factor.demanded")}>
          {t("factor.demandedText")}
        </Alert>
      )}
      {by_provider && (
        <Alert color="gray" icon={<IconBuilding size={18} />}>
          {t("signIn.byProvider")}
        </Alert>
      )}
      {error && !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting />
      ) : (
        <Stack gap="sm">
          <Profile account={data} />
          {!by_provider && <SecondFactor account={data} />}
          {!by_provider && <Passkeys account={data} />}
          <Logins />
        </Stack>
      )}
    </Page>
  );
}
