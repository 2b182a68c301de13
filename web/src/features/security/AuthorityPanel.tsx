// Who signs the certificates of chargers: the built-in authority, or an outside one.
import { Button, Group, NumberInput, PasswordInput, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { CertificateAuthority } from "@/api/types";
import { CopyIcon } from "@/ui/Copy";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { FormDialog } from "@/ui/FormDialog";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { useAuthority, useCertificateWrites } from "./queries";

function Change({ authority, onClose }: { authority: CertificateAuthority; onClose: () => void }) {
  const { t } = useTranslation();
  const writes = useCertificateWrites();
  const form = useForm({
    initialValues: {
      kind: authority.kind,
      url: authority.url ?? "",
      token: "",
      valid_days: authority.valid_days,
      renew_days: authority.renew_days,
    },
    validate: {
      url: (value, values) => (values.kind === "external" && !value.trim() ? t("form.required") : null),
    },
  });
  const outside = form.values.kind === "external";
  return (
    <FormDialog
      title={t("security.changeAuthority")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={(values) =>
        writes.authority({
          kind: values.kind,
          renew_days: values.renew_days,
          ...(outside
            ? { url: values.url.trim(), ...(values.token ? { token: values.token } : {}) }
            : { valid_days: values.valid_days }),
        })
      }
    >
      <Radio.Group label={t("security.signedBy")} {...form.getInputProps("kind")}>
        <Stack gap="xs" mt={6}>
          {["built_in", "external"].map((each) => (
            <Radio
              key={each}
              value={each}
              label={t(`security.authorities.${each}`)}
              description={t(`security.authorityHelp.${each}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {outside ? (
        <>
          <TextInput
            label={t("security.url")}
            description={t("security.urlHelp")}
            required
            {...form.getInputProps("url")}
          />
          <PasswordInput
            label={t("security.token")}
            description={authority.has_token ? t("security.tokenKept") : undefined}
            {...form.getInputProps("token")}
          />
        </>
      ) : (
        <NumberInput label={t("security.validDays")} min={1} {...form.getInputProps("valid_days")} />
      )}
      <NumberInput
        label={t("security.renewDays")}
        description={t("security.renewDaysHelp")}
        min={0}
        {...form.getInputProps("renew_days")}
      />
    </FormDialog>
  );
}

export function AuthorityPanel() {
  const { t } = useTranslation();
  const may = useMay("administration");
  const problemText = useProblemText();
  const { data, error, isPending, refetch } = useAuthority();
  const { makeRoot } = useCertificateWrites();
  const [changing, change] = useDisclosure(false);
  const [busy, setBusy] = useState(false);
  if (isPending) return <Waiting rows={3} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const make = async () => {
    setBusy(true);
    try {
      await makeRoot();
    } catch (problem) {
      notifyFailed(problemText(problem));
    } finally {
      setBusy(false);
    }
  };
  const root = data.root;
  return (
    <Panel
      title={t("security.authority")}
      aside={
        may && (
          <Button size="xs" variant="default" onClick={change.open}>
            {t("security.changeAuthority")}
          </Button>
        )
      }
    >
      <Facts
        rows={[
          [t("security.signedBy"), t(`security.authorities.${data.kind}`, { defaultValue: data.kind })],
          ...(data.kind === "external"
            ? ([[t("security.url"), <Outside key="u" text={data.url} mono />]] as [string, React.ReactNode][])
            : ([
                [
                  t("security.root"),
                  root ? (
                    <Group key="r" gap={4}>
                      <Outside text={root.subject} />
                      <span className="quiet">
                        {t("command.until")} <Timestamp at={root.not_after} />
                      </span>
                      <CopyIcon text={root.pem} label={t("security.copyPem")} />
                    </Group>
                  ) : (
                    <Group key="r" gap="xs">
                      <Text size="sm" c="dimmed">
                        {t("security.noRoot")}
                      </Text>
                      {may && (
                        <Button size="compact-sm" variant="default" loading={busy} onClick={make}>
                          {t("security.makeRoot")}
                        </Button>
                      )}
                    </Group>
                  ),
                ],
                [t("security.validDays"), data.valid_days],
              ] as [string, React.ReactNode][])),
          [t("security.renewDays"), data.renew_days === 0 ? t("security.never") : data.renew_days],
        ]}
      />
      {changing && <Change authority={data} onClose={change.close} />}
    </Panel>
  );
}
