// Everything that surrounds the screens: theme, query cache, router, notifications.
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { SIGNED_OUT } from "@/api/http";
import { keys } from "@/api/keys";
import { useBrand } from "@/ui/brand";
import { newQueryClient } from "./queryClient";
import { router } from "./router";
import { themeIn } from "./theme";

export function App() {
  const [client] = useState(newQueryClient);
  useEffect(() => {
    const ask = () => void client.invalidateQueries({ queryKey: keys.login });
    window.addEventListener(SIGNED_OUT, ask);
    return () => window.removeEventListener(SIGNED_OUT, ask);
  }, [client]);
  const { colour } = useBrand();
  const theme = useMemo(() => themeIn(colour), [colour]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
