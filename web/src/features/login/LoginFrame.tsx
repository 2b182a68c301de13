// The frame of the screens one sees without being signed in, in the colours of whose login page it is.
import { Center, Group, Image, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { path } from "@/api/http";
import { PLAIN, setBrand, slugHere, useBrand } from "@/ui/brand";
import { LanguageChoice } from "@/ui/LanguageChoice";
import { Logo } from "@/ui/Logo";
import { brandOptions } from "./queries";

/** Asks whose login page this is, and looks like it. */
function useBrandHere() {
  const slug = slugHere();
  const { data } = useQuery(brandOptions(slug));
  useEffect(() => {
    if (slug !== null && data === undefined) return;
    const found = data?.brand;
    setBrand(
      found
        ? {
            colour: found.colour,
            name: found.product_name || found.name,
            logo: found.has_logo ? path("/brand/logo", { slug }) : null,
            welcome: found.welcome,
            help: found.help,
          }
        : PLAIN,
    );
  }, [data, slug]);
}

export function LoginFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  useBrandHere();
  const brand = useBrand();
  const name = brand.name || "Forecourt";
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w="100%" maw={400} gap="lg">
        <Group gap="sm" wrap="nowrap">
          {brand.logo ? <Image src={brand.logo} alt="" w={44} h={44} fit="contain" /> : <Logo size={34} />}
          <Text fw={650} size="xl" style={{ overflowWrap: "anywhere" }}>
            {name}
          </Text>
        </Group>
        <Paper p="xl" radius="lg">
          <Title order={1}>{title}</Title>
          <Text c="dimmed" mb="lg" mt={4}>
            {brand.welcome || lead}
          </Text>
          {children}
        </Paper>
        {brand.help && (
          <Text size="sm" c="dimmed">
            {brand.help}
          </Text>
        )}
        <LanguageChoice />
      </Stack>
    </Center>
  );
}
