// The handbook: contents with a search at the side, one page beside them.
import { List, NavLink, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconBook2, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/EmptyState";
import { RouteButton } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Waiting } from "@/ui/Waiting";
import classes from "./Handbook.module.css";
import { bookIn, found, type HandbookPage } from "./pages";

function Article({ page }: { page: HandbookPage }) {
  const { t } = useTranslation();
  return (
    <Panel
      title={page.title}
      aside={
        <RouteButton to={page.to} size="xs" variant="default">
          {t("handbook.open")}
        </RouteButton>
      }
    >
      <Stack gap="md" maw={680} style={{ lineHeight: 1.65 }}>
        <Text size="lg">{page.lead}</Text>
        {page.parts.map((part) => (
          <div key={part.heading}>
            <Title order={3} mb={4}>
              {part.heading}
            </Title>
            {part.text && <Text>{part.text}</Text>}
            {part.steps.length > 0 && (
              <List type="ordered" spacing={6} withPadding>
                {part.steps.map((step) => (
                  <List.Item key={step}>{step}</List.Item>
                ))}
              </List>
            )}
          </div>
        ))}
      </Stack>
    </Panel>
  );
}

export function Handbook({ slug }: { slug: string | undefined }) {
  const { t, i18n } = useTranslation();
  const [search, setSearch] = useState("");
  const { data: book } = useQuery({
    queryKey: ["handbook", i18n.language],
    queryFn: () => bookIn(i18n.language),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!book) return <Waiting />;
  const hits = search.trim() ? found(book, search) : book;
  const page = book.find((each) => each.slug === slug) ?? (search ? hits[0] : book[0]);
  return (
    <div className={classes.book} data-reading={slug !== undefined && !search.trim()}>
      <Stack gap="xs" className={classes.contents} component="nav" aria-label={t("handbook.contents")}>
        <TextInput
          type="search"
          aria-label={t("handbook.search")}
          placeholder={t("handbook.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {hits.map((each) => (
          <NavLink
            key={each.slug}
            renderRoot={(props) => <Link to="/handbook/$slug" params={{ slug: each.slug }} {...props} />}
            label={each.title}
            active={each.slug === page?.slug}
          />
        ))}
        {hits.length === 0 && <Text c="dimmed">{t("handbook.none")}</Text>}
      </Stack>
      <div className={classes.page}>
        {page ? (
          <Article page={page} />
        ) : (
          <EmptyState icon={IconBook2} title={t("handbook.none")} text={t("handbook.noneText")} />
        )}
      </div>
    </div>
  );
}
