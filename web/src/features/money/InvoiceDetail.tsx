// One invoice: who, what, VAT by rate; each line leads to its session and its entry of the ledger.
import { Alert, Button, Group, Menu, Stack, Table, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconDownload, IconFileCode } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "@/api/download";
import { useMay } from "@/api/login";
import type { InvoiceDetail as Detail } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { Failure } from "@/ui/Failure";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { Energy, Money, Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { InvoiceState } from "./Invoices";
import { invoiceOptions, useMoneyWrites } from "./queries";

const SYNTAXES = ["ubl", "cii"] as const;

function CreditNote({ invoice, onClose }: { invoice: Detail; onClose: () => void }) {
  const { t } = useTranslation();
  const { creditInvoice } = useMoneyWrites();
  const form = useForm({
    initialValues: { reason: "" },
    validate: { reason: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("invoice.takeBack")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("invoice.makeNote")}
      onSubmit={async ({ reason }) => {
        await creditInvoice(invoice.id, reason);
      }}
    >
      <Text>{t("invoice.takeBackText", { number: invoice.number })}</Text>
      <TextInput label={t("money.reason")} required data-autofocus {...form.getInputProps("reason")} />
    </FormDialog>
  );
}

function Lines({ invoice }: { invoice: Detail }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table aria-label={t("invoice.lines")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("invoice.what")}</Table.Th>
            <Table.Th ta="right">{t("invoice.energy")}</Table.Th>
            <Table.Th ta="right">{t("invoice.vat")}</Table.Th>
            <Table.Th ta="right">{t("invoice.net")}</Table.Th>
            <Table.Th ta="right">{t("invoice.gross")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {invoice.lines.map((line) => (
            <Table.Tr key={`${line.entry_id} ${line.vat ?? ""}`}>
              <Table.Td>
                {line.session_id ? (
                  <RouteLink to="/sessions/$id" params={{ id: line.session_id }}>
                    <Outside text={line.text} />
                  </RouteLink>
                ) : (
                  <Outside text={line.text} />
                )}
                <Text size="sm" c="dimmed">
                  <Timestamp at={line.at} /> ·{" "}
                  <RouteLink to="/revenue" search={{ entry: line.entry_id } as never}>
                    {t("money.entry")}
                  </RouteLink>
                </Text>
              </Table.Td>
              <Table.Td ta="right">
                <Energy wh={line.energy_wh} />
              </Table.Td>
              <Table.Td ta="right">{line.vat && `${line.vat} %`}</Table.Td>
              <Table.Td ta="right">
                <Money cost={line.without_vat} />
              </Table.Td>
              <Table.Td ta="right">
                <Money cost={line.with_vat} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          {invoice.vat_sums.map((sum) => (
            <Table.Tr key={sum.vat ?? ""}>
              <Table.Td colSpan={3} ta="right">
                {sum.vat ? t("invoice.atRate", { rate: sum.vat }) : t("invoice.otherRates")}
              </Table.Td>
              <Table.Td ta="right">
                <Money cost={sum.without_vat} />
              </Table.Td>
              <Table.Td ta="right">
                <Money cost={sum.with_vat} />
              </Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Th colSpan={3} ta="right">
              {t("invoice.total")}
            </Table.Th>
            <Table.Th ta="right">
              <Money cost={invoice.without_vat} />
            </Table.Th>
            <Table.Th ta="right">
              <Money cost={invoice.with_vat} />
            </Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Table.ScrollContainer>
  );
}

function Address({ title, lines }: { title: string; lines: string[] }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {title}
      </Text>
      {lines.map((line, n) => (
        <Text key={line} fw={n === 0 ? 600 : undefined}>
          <Outside text={line} />
        </Text>
      ))}
    </div>
  );
}

export function InvoiceDetail({ id }: { id: string }) {
  const { t } = useTranslation();
  const mayChange = useMay("billing");
  const problemText = useProblemText();
  const { invoicePaid } = useMoneyWrites();
  const { data: invoice, error, refetch } = useQuery(invoiceOptions(id));
  const [open, setOpen] = useState<"note" | "paid" | null>(null);
  if (error && !invoice) return <Failure error={error} retry={() => void refetch()} />;
  if (!invoice) return <Waiting />;
  const fetchFile = (route: string, query = {}) =>
    void download(`/invoices/${id}/${route}`, query).catch((problem) => notifyFailed(problemText(problem)));
  const lacks = invoice.electronic_lacks;
  return (
    <Page
      title={t(invoice.kind === "credit_note" ? "invoice.noteNumber" : "invoice.invoiceNumber", {
        number: invoice.number,
      })}
      above={<RouteLink to="/invoices">{t("invoice.title")}</RouteLink>}
      aside={<InvoiceState state={invoice.state} />}
      actions={
        <Group gap="xs">
          {mayChange && invoice.state === "open" && (
            <>
              <Button onClick={() => setOpen("paid")}>{t("invoice.paid")}</Button>
              <Button variant="default" onClick={() => setOpen("note")}>
                {t("invoice.takeBack")}
              </Button>
            </>
          )}
          <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => fetchFile("pdf")}>
            PDF
          </Button>
          {lacks.length === 0 && (
            <Menu position="bottom-end" width={260}>
              <Menu.Target>
                <Button variant="default" leftSection={<IconFileCode size={16} />}>
                  {t("invoice.electronic")}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {SYNTAXES.map((syntax) => (
                  <Menu.Item key={syntax} onClick={() => fetchFile("e-invoice", { syntax })}>
                    {t(`invoice.syntax.${syntax}`)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </Group>
      }
    >
      <Stack gap="md">
        <Panel>
          <Group align="flex-start" gap={48}>
            <Address title={t("invoice.seller")} lines={invoice.seller_lines} />
            <Address title={t("invoice.buyer")} lines={invoice.buyer_lines} />
            <div>
              <Text size="sm" c="dimmed">
                {t("invoice.issued")}
              </Text>
              <Timestamp at={invoice.issued_at} />
              {invoice.kind === "invoice" && (
                <>
                  <Text size="sm" c="dimmed" mt={6}>
                    {t("invoice.due")}
                  </Text>
                  <Timestamp at={invoice.due_at} />
                </>
              )}
            </div>
            {invoice.reason && (
              <div>
                <Text size="sm" c="dimmed">
                  {t("invoice.takesBack", { number: invoice.of_number })}
                </Text>
                <Outside text={invoice.reason} />
              </div>
            )}
            {invoice.credited_by && (
              <RouteLink to="/invoices/$id" params={{ id: invoice.credited_by }}>
                {t("invoice.seeNote")}
              </RouteLink>
            )}
          </Group>
        </Panel>
        <Panel title={t("invoice.lines")}>
          <Lines invoice={invoice} />
        </Panel>
        {lacks.length > 0 && (
          <Alert color="yellow" variant="light" title={t("invoice.noElectronic")}>
            {lacks.map((what) => t(`invoice.lack.${what}`)).join(", ")}.{" "}
            {lacks.some((what) => what !== "rate") && (
              <RouteLink to="/organisation">{t("invoice.toDetails")}</RouteLink>
            )}
          </Alert>
        )}
      </Stack>
      {open === "note" && <CreditNote invoice={invoice} onClose={() => setOpen(null)} />}
      <ConfirmAction
        opened={open === "paid"}
        onClose={() => setOpen(null)}
        title={t("invoice.paid")}
        consequence={t("invoice.paidText")}
        confirmLabel={t("invoice.paid")}
        harmless
        onConfirm={() => invoicePaid(id)}
      />
    </Page>
  );
}
