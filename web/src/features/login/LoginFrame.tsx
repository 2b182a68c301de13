// The frame of the two screens one sees without being signed in.
import { Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { LanguageChoice } from "@/ui/LanguageChoice";
import { Logo } from "@/ui/Logo";

export function LoginFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Forecourt`;
  }, [title]);
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w="100%" maw={400} gap="lg">
        <Group gap="sm">
          <Logo size={34} />
          <Text fw={650} size="xl">
            Forecourt
          </Text>
        </Group>
        <Paper p="xl" radius="lg">
          <Title order={1}>{title}</Title>
          <Text c="dimmed" mb="lg" mt={4}>
            {lead}
          </Text>
          {children}
        </Paper>
        <LanguageChoice />
      </Stack>
    </Center>
  );
}
