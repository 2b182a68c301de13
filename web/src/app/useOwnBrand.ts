// Signed in, the application looks as the organisation one works for chose.
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { logoUrl, profileOptions } from "@/features/organisation/queries";
import { PLAIN, setBrand } from "@/ui/brand";

export function useOwnBrand(): void {
  const { data } = useQuery(profileOptions);
  useEffect(() => {
    if (!data) return;
    const branded = data.packages.includes("white_label");
    setBrand({
      ...PLAIN,
      colour: branded ? data.branding.colour : "",
      name: branded ? data.branding.product_name : "",
      logo: branded && data.has_logo ? logoUrl(data.version) : null,
    });
  }, [data]);
}
