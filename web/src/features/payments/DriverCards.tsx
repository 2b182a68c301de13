// A driver's cards on file, asking for one, asking for money, and taking what is owed.
import { ActionIcon, Alert, Button, Group, Menu, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconCreditCard, IconDots, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { CardLink, Payment, PaymentCard } from "@/api/types";
import { walletOptions } from "@/features/money/queries";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { CopyLine } from "@/ui/Copy";
import { Failure } from "@/ui/Failure";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { cardsOptions, paymentSettingsOptions, usePaymentWrites } from "./queries";

function AskForMoney({
  driver,
  currency,
  onAsked,
  onClose,
}: {
  driver: string;
  currency: string;
  onAsked: (payment: Payment) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { ask } = usePaymentWrites();
  const form = useForm({
    initialValues: { amount: "" },
    validate: { amount: (value) => (value.trim() ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("payment.askMoney")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("payment.askMoney")}
      onSubmit={async ({ amount }) => {
        onAsked(await ask(driver, amount.replace(",", ".")));
      }}
    >
      <Text>{t("payment.askMoneyText")}</Text>
      <TextInput
        label={t("payment.amountIn", { currency })}
        required
        inputMode="decimal"
        data-autofocus
        {...form.getInputProps("amount")}
      />
    </FormDialog>
  );
}

function Card({ driver, card }: { driver: string; card: PaymentCard }) {
  const { t } = useTranslation();
  const mayChange = useMay("billing");
  const { preferCard, removeCard } = usePaymentWrites();
  const problemText = useProblemText();
  const [removing, setRemoving] = useState(false);
  const name = `${card.brand.charAt(0).toUpperCase()}${card.brand.slice(1)} •••• ${card.last4}`;
  const prefer = () =>
    preferCard(driver, card.id).then(
      () => notifyDone(t("form.saved")),
      (error) => notifyFailed(problemText(error)),
    );
  return (
    <Group justify="space-between" wrap="nowrap">
      <Group gap="xs">
        <IconCreditCard size={20} stroke={1.6} aria-hidden />
        <Outside text={name} />
        {card.expires && (
          <Text size="sm" c="dimmed">
            {t("payment.expires", { month: card.expires })}
          </Text>
        )}
        {card.preferred && <ToneBadge tone="blue">{t("payment.preferred")}</ToneBadge>}
      </Group>
      {mayChange && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t("payment.cardActions", { card: name })}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {!card.preferred && <Menu.Item onClick={prefer}>{t("payment.prefer")}</Menu.Item>}
            <Menu.Item color="red" onClick={() => setRemoving(true)}>
              {t("payment.remove")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <ConfirmAction
        opened={removing}
        onClose={() => setRemoving(false)}
        title={t("payment.removeTitle", { card: name })}
        consequence={t("payment.removeText")}
        confirmLabel={t("payment.remove")}
        onConfirm={() => removeCard(driver, card.id)}
      />
    </Group>
  );
}

function Links({ card, asked }: { card: CardLink | null; asked: Payment | null }) {
  const { t } = useTranslation();
  return (
    <div aria-live="polite">
      {card && (
        <Alert color="blue" variant="light" title={t("payment.cardLink")}>
          <Text mb="xs">{t(card.by_letter ? "payment.sentByMail" : "payment.handOver")}</Text>
          <CopyLine label={t("payment.link")} text={card.address} />
        </Alert>
      )}
      {asked?.address && (
        <Alert color="blue" variant="light" title={t("payment.moneyLink")}>
          <Text mb="xs">{t("payment.sentOrHandOver")}</Text>
          <CopyLine label={t("payment.link")} text={asked.address} />
        </Alert>
      )}
    </div>
  );
}

function Actions({ driver, currency }: { driver: string; currency: string }) {
  const { t } = useTranslation();
  const { askForCard, collect, refreshCards } = usePaymentWrites();
  const problemText = useProblemText();
  const { data: wallet } = useQuery(walletOptions(driver));
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [card, setCard] = useState<CardLink | null>(null);
  const [asked, setAsked] = useState<Payment | null>(null);
  const owes = wallet?.items.some((each) => each.currency === currency && each.amount.startsWith("-"));
  const run = async (what: () => Promise<void>) => {
    setBusy(true);
    try {
      await what();
    } catch (error) {
      notifyFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Button
          variant="default"
          loading={busy}
          onClick={() => run(async () => setCard(await askForCard(driver)))}
        >
          {t("payment.askCard")}
        </Button>
        <Button variant="default" onClick={() => setAsking(true)}>
          {t("payment.askMoney")}
        </Button>
        {owes && (
          <Button
            variant="default"
            loading={busy}
            onClick={() =>
              run(async () => {
                const made = await collect(driver);
                notifyDone(t(`payment.state.${made.state}`));
              })
            }
          >
            {t("payment.collect")}
          </Button>
        )}
        <Button
          variant="subtle"
          leftSection={<IconRefresh size={16} />}
          loading={busy}
          onClick={() => run(async () => void (await refreshCards(driver)))}
        >
          {t("payment.refresh")}
        </Button>
      </Group>
      <Links card={card} asked={asked} />
      {asking && (
        <AskForMoney
          driver={driver}
          currency={currency}
          onAsked={setAsked}
          onClose={() => setAsking(false)}
        />
      )}
    </Stack>
  );
}

export function DriverCards({ driver }: { driver: string }) {
  const { t } = useTranslation();
  const mayChange = useMay("billing");
  const { data: settings } = useQuery(paymentSettingsOptions);
  const { data, error, refetch } = useQuery(cardsOptions(driver));
  const rules = settings?.rules;
  const byCard = rules != null && rules.provider !== "manual";
  return (
    <Panel title={t("payment.cards")}>
      {error && !data ? <Failure error={error} retry={() => void refetch()} /> : !data && <Waiting />}
      {data && (
        <Stack gap="sm">
          {data.items.length === 0 && (
            <Text c="dimmed">{t(byCard ? "payment.noCards" : "payment.noProvider")}</Text>
          )}
          {data.items.map((card) => (
            <Card key={card.id} driver={driver} card={card} />
          ))}
          {byCard && mayChange && <Actions driver={driver} currency={rules.currency} />}
          {!byCard && settings && (
            <RouteLink to="/organisation" search={{ tab: "payments" }}>
              {t("payment.toSettings")}
            </RouteLink>
          )}
        </Stack>
      )}
    </Panel>
  );
}
