// What a kWh costs the operator at each site; needed for the cost of energy.
import { Button, Group, Modal, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "@/ui/Failure";
import { notifyDone, useProblemText } from "@/ui/problem";
import { type EnergyPrice, useEnergyPrices, useFigureSettings } from "./queries";

function Line({ price }: { price: EnergyPrice }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { setPrice } = useFigureSettings();
  const [text, setText] = useState(price.price_per_kwh ?? "");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const save = async () => {
    setBusy(true);
    setFailed(null);
    try {
      await setPrice(price.site_id, text.trim().replace(",", ".") || null);
      notifyDone(t("dashboard.priceSaved", { site: price.site_name }));
    } catch (error) {
      setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          style={{ flex: 1 }}
          label={price.site_name}
          inputMode="decimal"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={failed}
          rightSection={<Text size="xs">{price.currency}/kWh</Text>}
          rightSectionWidth={72}
        />
        <Button
          type="submit"
          variant="default"
          loading={busy}
          disabled={text === (price.price_per_kwh ?? "")}
        >
          {t("form.save")}
        </Button>
      </Group>
    </form>
  );
}

export function PurchasePrices({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("dashboard.prices")}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <Prices />
    </Modal>
  );
}

function Prices() {
  const { t } = useTranslation();
  const { data, error, refetch } = useEnergyPrices();
  if (!data)
    return error ? <Failure error={error} retry={() => void refetch()} /> : <Skeleton height={160} />;
  return (
    <Stack gap="sm">
      <Text c="dimmed">{t("dashboard.pricesText")}</Text>
      {data.map((price) => (
        <Line key={price.site_id} price={price} />
      ))}
    </Stack>
  );
}
