// The inventory of certificates, the first to end first: whose, until when, and taking one back.
import { Button, Group, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconCertificate, IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Certificate } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { CopyIcon } from "@/ui/Copy";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FilterSelect } from "@/ui/Filters";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Outside, Timestamp } from "@/ui/Values";
import { useCertificates, useCertificateWrites } from "./queries";

export const CERTIFICATE_TONES: Record<string, Tone> = {
  accepted: "green",
  trusted: "green",
  issued: "blue",
  refused: "amber",
  revoked: "red",
  expired: "red",
};
/** Days before its end from which a certificate is marked. */
const SOON = 30;
const UPLOADED = ["station_root", "csms", "manufacturer", "v2g_root", "mobility_operator_root", "oem_root"];
const REVOCABLE = ["issued", "accepted"];

function DaysLeft({ days }: { days: number }) {
  const { t } = useTranslation();
  if (days < 0) return <ToneBadge tone="red">{t("security.ended")}</ToneBadge>;
  const text = t("security.daysLeft", { count: days });
  return days <= SOON ? (
    <ToneBadge tone="amber">{text}</ToneBadge>
  ) : (
    <span className="quiet tabular">{text}</span>
  );
}

function Upload({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { upload } = useCertificateWrites();
  const form = useForm({
    initialValues: { kind: "csms", pem: "" },
    validate: { pem: (value) => (value.includes("BEGIN CERTIFICATE") ? null : t("security.pemWrong")) },
  });
  return (
    <FormDialog
      title={t("security.upload")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("security.upload")}
      size="lg"
      onSubmit={(values) => upload(values.kind, values.pem.trim())}
    >
      <Select
        label={t("security.kind")}
        data={UPLOADED.map((value) => ({ value, label: t(`security.kinds.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("kind")}
      />
      <Textarea
        label={t("security.pem")}
        description={t("security.pemHelp")}
        autosize
        minRows={6}
        maxRows={14}
        spellCheck={false}
        required
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12 } }}
        {...form.getInputProps("pem")}
      />
    </FormDialog>
  );
}

function Actions({
  row,
  onRevoke,
  onRemove,
}: {
  row: Certificate;
  onRevoke: () => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation();
  const may = useMay("administration");
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <CopyIcon text={row.pem} label={t("security.copyPem")} />
      {may && row.station_id && REVOCABLE.includes(row.state) && (
        <Button size="compact-sm" variant="default" onClick={onRevoke}>
          {t("security.revoke")}
        </Button>
      )}
      {may && row.origin === "uploaded" && (
        <Button size="compact-sm" variant="default" onClick={onRemove}>
          {t("security.remove")}
        </Button>
      )}
    </Group>
  );
}

export function CertificateList({ station }: { station?: string }) {
  const { t } = useTranslation();
  const may = useMay("administration");
  const [url] = useUrlState();
  const list = useCertificates(station ? { station_id: station } : { kind: url.kind, state: url.state });
  const { revoke, remove } = useCertificateWrites();
  const [uploading, upload] = useDisclosure(false);
  const [revoking, setRevoking] = useState<Certificate | null>(null);
  const [removing, setRemoving] = useState<Certificate | null>(null);
  const [reason, setReason] = useState("");
  const columns: Column<Certificate>[] = [
    {
      accessor: "kind",
      title: t("security.kind"),
      render: (row) => t(`security.kinds.${row.kind}`, { defaultValue: row.kind }),
    },
    {
      accessor: "subject",
      title: t("security.subject"),
      render: (row) =>
        row.station_id && !station ? (
          <RouteLink to="/chargers/$id" params={{ id: row.station_id }} search={{ tab: "security" } as never}>
            {row.station_identity}
          </RouteLink>
        ) : (
          <Outside text={row.subject} />
        ),
    },
    {
      accessor: "serial",
      title: t("security.serial"),
      render: (row) => <Outside line text={row.serial} mono />,
    },
    {
      accessor: "not_after",
      title: t("security.ends"),
      render: (row) => (
        <Group gap={6} wrap="nowrap">
          <Timestamp at={row.not_after} />
          {row.state !== "revoked" && <DaysLeft days={row.days_left} />}
        </Group>
      ),
    },
    {
      accessor: "state",
      title: t("held.state"),
      render: (row) => (
        <ToneBadge tone={CERTIFICATE_TONES[row.state] ?? "grey"}>
          {t(`security.states.${row.state}`, { defaultValue: row.state })}
        </ToneBadge>
      ),
    },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) => (
        <Actions row={row} onRevoke={() => setRevoking(row)} onRemove={() => setRemoving(row)} />
      ),
    },
  ];
  return (
    <Stack gap="sm">
      {!station && (
        <Group gap="xs">
          <FilterSelect
            name="kind"
            label={t("security.kind")}
            choices={["authority", "station", ...UPLOADED].map((value) => ({
              value,
              label: t(`security.kinds.${value}`),
            }))}
          />
          <FilterSelect
            name="state"
            label={t("held.state")}
            choices={["issued", "accepted", "refused", "revoked", "expired", "trusted"].map((value) => ({
              value,
              label: t(`security.states.${value}`),
            }))}
          />
          {may && (
            <Button leftSection={<IconUpload size={16} />} variant="default" onClick={upload.open}>
              {t("security.upload")}
            </Button>
          )}
        </Group>
      )}
      <DataTable<Certificate>
        list={list}
        columns={columns}
        label={t("security.certificates")}
        minWidth={860}
        plain={station !== undefined}
        empty={
          <EmptyState
            icon={IconCertificate}
            title={t("security.noCertificates")}
            text={t("security.noCertificatesText")}
          />
        }
      />
      {uploading && <Upload onClose={upload.close} />}
      <ConfirmAction
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={t("security.revoke")}
        consequence={
          <Stack gap="sm">
            <Text>{t("security.revokeText", { charger: revoking?.station_identity })}</Text>
            <TextInput
              label={t("security.reason")}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          </Stack>
        }
        confirmLabel={t("security.revoke")}
        onConfirm={async () => {
          if (revoking) await revoke(revoking.id, reason.trim());
        }}
      />
      <ConfirmAction
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("security.remove")}
        consequence={t("security.removeText", { subject: removing?.subject })}
        confirmLabel={t("security.remove")}
        onConfirm={async () => {
          if (removing) await remove(removing.id);
        }}
      />
    </Stack>
  );
}
