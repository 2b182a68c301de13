// The idle fee of a site, in words.
import { Button, Select, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { FormDialog } from "@/ui/FormDialog";
import { IdleFeeWords } from "@/ui/IdleFeeWords";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { notifyDone } from "@/ui/problem";
import { idleFeeChoicesOptions, useIdleFeeWrites } from "./queries";

interface Place {
  id: string;
  name: string;
  currency: string;
}

function Choose({ site, current, onClose }: { site: Place; current: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { ofSite } = useIdleFeeWrites();
  const { data } = useQuery(idleFeeChoicesOptions);
  const form = useForm({ initialValues: { idle_fee_id: current } });
  const own = (data ?? []).filter((each) => each.rules.currency === site.currency);
  const chosen = own.find((each) => each.id === form.values.idle_fee_id);
  return (
    <FormDialog
      title={t("idleFee.chooseFor", { place: site.name })}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("form.save")}
      onSubmit={async ({ idle_fee_id }) => {
        await ofSite(site.id, idle_fee_id || null);
        notifyDone(t("form.saved"));
      }}
    >
      <Select
        label={t("idleFee.one")}
        description={t("idleFee.chooseHelp", { currency: site.currency })}
        data={own.map((each) => ({ value: each.id, label: each.name }))}
        clearable
        searchable
        placeholder={t("idleFee.noFee")}
        nothingFoundMessage={t("idleFee.noneIn", { currency: site.currency })}
        {...form.getInputProps("idle_fee_id")}
      />
      {chosen && <IdleFeeWords rules={chosen.rules} />}
    </FormDialog>
  );
}

export function SiteIdleFee({ site }: { site: Place }) {
  const { t } = useTranslation();
  const may = useMay("tariffs");
  const [choosing, setChoosing] = useState(false);
  const { data } = useQuery(idleFeeChoicesOptions);
  const fee = data?.find((each) => each.site_ids.includes(site.id));
  return (
    <Panel
      title={t("idleFee.one")}
      aside={
        may && (
          <Button size="xs" variant="default" disabled={!data} onClick={() => setChoosing(true)}>
            {t("idleFee.choose")}
          </Button>
        )
      }
    >
      {fee ? (
        <Stack gap="xs">
          <RouteLink to="/idle-fees" fw={600}>
            {fee.name}
          </RouteLink>
          <IdleFeeWords rules={fee.rules} />
        </Stack>
      ) : (
        <Text c="dimmed">{t("idleFee.siteHasNone")}</Text>
      )}
      {choosing && <Choose site={site} current={fee?.id ?? null} onClose={() => setChoosing(false)} />}
    </Panel>
  );
}
