/** All help pages, by what they are about, and finding one by words. */
import { Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch, IconZoomQuestion } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Busy } from '~/parts/Busy';
import { Empty } from '~/parts/Empty';
import { useHelp } from '~/parts/Help';
import { Page } from '~/parts/Page';
import './help.css';
import { find, firstSentence, GROUPS, type HelpPage } from './topics';

export function HelpIndex() {
  const { t } = useTranslation('help');
  const { t: common } = useTranslation();
  const { q } = useSearch({ from: '/signed-in/help' });
  const navigate = useNavigate({ from: '/help' });
  const { data } = useHelp();
  return (
    <Page title={common('help.title')} lead={common('help.lead')}>
      <Stack gap="lg">
        <TextInput
          type="search"
          label={t('search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          maw={420}
          defaultValue={q ?? ''}
          onChange={(event) => {
            const sought = event.currentTarget.value.trim();
            void navigate({ search: { q: sought || undefined }, replace: true });
          }}
        />
        {data ? q ? <Found pages={data} sought={q} /> : <Index pages={data} /> : <Busy />}
      </Stack>
    </Page>
  );
}

function Index({ pages }: { pages: Record<string, HelpPage> }) {
  const { t } = useTranslation('help');
  return GROUPS.map((group) => (
    <section key={group.id} aria-labelledby={`help-${group.id}`}>
      <Title order={2} id={`help-${group.id}`} mb="xs">
        {t(`groups.${group.id}`)}
      </Title>
      <ul className="help-cards">
        {group.topics.map((topic) => {
          const page = pages[topic];
          return page ? (
            <li key={topic}>
              <Link to="/help/$topic" params={{ topic }} className="help-card">
                <strong>{page.title}</strong>
                <span className="faint">{firstSentence(page.html)}</span>
              </Link>
            </li>
          ) : null;
        })}
      </ul>
    </section>
  ));
}

function Found({ pages, sought }: { pages: Record<string, HelpPage>; sought: string }) {
  const { t } = useTranslation('help');
  const hits = find(pages, sought);
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed" role="status">
        {hits.length > 0 ? t('found', { count: hits.length }) : ''}
      </Text>
      {hits.length === 0 ? (
        <Empty icon={IconZoomQuestion} title={t('nothing', { sought })} text={t('nothingText')} />
      ) : null}
      {hits.map((hit) => (
        <Link key={hit.topic} to="/help/$topic" params={{ topic: hit.topic }} className="help-card help-hit">
          <strong>{hit.title}</strong>
          <span className="faint">
            {hit.excerpt[0]}
            {hit.excerpt[1] ? <mark>{hit.excerpt[1]}</mark> : null}
            {hit.excerpt[2]}
          </span>
        </Link>
      ))}
    </Stack>
  );
}
