// Chargers that tried to connect and were not let in: who they say they are, why not, and the way to take them in.
import { Button, Group, Select, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlugConnected } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import type { NewStation, UnknownStation } from "@/api/types";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FormDialog } from "@/ui/FormDialog";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { Count, Outside, Since } from "@/ui/Values";
import { ConnectionDetails } from "./ConnectionDetails";
import { useStationWrites, useUnknownStations } from "./queries";
import { SecurityChoice } from "./SecurityProfile";

interface AdoptProps {
  station: UnknownStation;
  onClose: () => void;
  onMade: (station: NewStation) => void;
}

function Adopt({ station, onClose, onMade }: AdoptProps) {
  const { t } = useTranslation();
  const sites = useSiteChoices();
  const { adopt } = useStationWrites();
  const form = useForm({
    initialValues: {
      site_id: sites.length === 1 ? (sites[0]?.value ?? "") : "",
      name: "",
      security_profile: "1",
    },
    validate: { site_id: (value) => (value ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("unknown.adoptOne", { charger: station.identity })}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("unknown.adopt")}
      onSubmit={async (values) =>
        onMade(
          await adopt(station.id, {
            site_id: values.site_id,
            ...(values.name.trim() ? { name: values.name.trim() } : {}),
            security_profile: Number(values.security_profile),
          }),
        )
      }
    >
      <Text>{t("unknown.adoptText")}</Text>
      <Select label={t("charger.site")} data={sites} searchable required {...form.getInputProps("site_id")} />
      <TextInput
        label={t("charger.name")}
        description={t("charger.nameHelp")}
        {...form.getInputProps("name")}
      />
      <SecurityChoice {...form.getInputProps("security_profile")} />
    </FormDialog>
  );
}

export function UnknownList() {
  const { t } = useTranslation();
  const list = useUnknownStations();
  const mayEdit = useMay("network");
  const problemText = useProblemText();
  const { dismiss } = useStationWrites();
  const [adopting, setAdopting] = useState<UnknownStation | null>(null);
  const [made, setMade] = useState<NewStation | null>(null);
  const columns: Column<UnknownStation>[] = [
    {
      accessor: "identity",
      title: t("unknown.identity"),
      render: (row) => <Outside line text={row.identity} mono />,
    },
    {
      accessor: "reason",
      title: t("unknown.reason"),
      render: (row) => t(`unknown.reasons.${row.reason}`, { defaultValue: row.reason.replaceAll("_", " ") }),
    },
    {
      accessor: "address",
      title: t("unknown.address"),
      render: (row) => <Outside line text={row.address} mono />,
    },
    {
      accessor: "subprotocols",
      title: t("unknown.offers"),
      render: (row) => <Outside line text={row.subprotocols.join(", ")} mono />,
    },
    {
      accessor: "attempts",
      title: t("unknown.attempts"),
      textAlign: "right",
      render: (row) => <Count value={row.attempts} />,
    },
    { accessor: "last_at", title: t("unknown.last"), render: (row) => <Since at={row.last_at} /> },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      hidden: !mayEdit,
      render: (row) => (
        <Group gap={6} wrap="nowrap" justify="flex-end">
          <Button size="compact-sm" onClick={() => setAdopting(row)}>
            {t("unknown.adopt")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => dismiss(row.id).catch((error) => notifyFailed(problemText(error)))}
          >
            {t("unknown.dismiss")}
          </Button>
        </Group>
      ),
    },
  ];
  return (
    <>
      <DataTable<UnknownStation>
        list={list}
        columns={columns}
        label={t("unknown.title")}
        minWidth={860}
        empty={<EmptyState icon={IconPlugConnected} title={t("unknown.none")} text={t("unknown.noneText")} />}
      />
      {adopting && <Adopt station={adopting} onClose={() => setAdopting(null)} onMade={setMade} />}
      <ConnectionDetails station={made} onClose={() => setMade(null)} />
    </>
  );
}
