// One tariff.
import { useParams } from "@tanstack/react-router";
import { TariffDetail } from "@/features/tariffs/TariffDetail";

export function TariffPage() {
  const { id } = useParams({ from: "/tariffs/$id" });
  return <TariffDetail key={id} id={id} />;
}
