// A picture somebody may choose, replace and take away, with what the server says against it.
import { Alert, Button, FileButton, Group, Image, type ImageProps, Stack, Text } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { useState } from "react";
import { Problem } from "@/api/http";
import { Panel } from "./Panel";
import { useProblemText } from "./problem";

interface PicturePanelProps {
  title: string;
  /** Address of the picture; without one `none` is said. */
  src: string | null;
  alt: string;
  none: string;
  help: string;
  choose: string;
  remove: string;
  mayEdit: boolean;
  onChoose: (file: File) => Promise<unknown>;
  onRemove: () => Promise<unknown>;
  image?: ImageProps;
}

export function PicturePanel(props: PicturePanelProps) {
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const run = async (work: Promise<unknown>) => {
    setBusy(true);
    setFailed(null);
    try {
      await work;
    } catch (error) {
      setFailed((error instanceof Problem && error.fields[0]?.message) || problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title={props.title}>
      <Stack gap="sm">
        {props.src ? (
          <Image src={props.src} alt={props.alt} radius="md" fit="contain" {...props.image} />
        ) : (
          <Text c="dimmed">{props.none}</Text>
        )}
        <Text size="sm" c="dimmed">
          {props.help}
        </Text>
        {failed && (
          <Alert color="red" variant="light" role="alert">
            {failed}
          </Alert>
        )}
        {props.mayEdit && (
          <Group gap="xs">
            <FileButton
              accept="image/png,image/jpeg,image/webp"
              onChange={(file) => file && void run(props.onChoose(file))}
              inputProps={{ "aria-label": props.choose }}
            >
              {(button) => (
                <Button variant="default" loading={busy} leftSection={<IconPhoto size={16} />} {...button}>
                  {props.choose}
                </Button>
              )}
            </FileButton>
            {props.src && (
              <Button variant="subtle" color="gray" onClick={() => void run(props.onRemove())}>
                {props.remove}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Panel>
  );
}
