// New firmware for many chargers.
import { Campaigns } from "@/features/campaigns/Campaigns";

export function FirmwarePage() {
  return <Campaigns />;
}
