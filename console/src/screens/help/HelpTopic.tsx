/** One help page, with all the others beside it. */
import { Anchor, Text } from '@mantine/core';
import { IconBookOff } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Busy } from '~/parts/Busy';
import { Empty } from '~/parts/Empty';
import { HelpText, type Topic, useHelp } from '~/parts/Help';
import { Page } from '~/parts/Page';
import './help.css';
import { GROUPS, type HelpPage, isTopic, READING_ORDER } from './topics';

type Pages = Record<string, HelpPage>;

export function HelpTopic() {
  const { t } = useTranslation('help');
  const { t: common } = useTranslation();
  const { topic } = useParams({ from: '/signed-in/help/$topic' });
  const { data } = useHelp();
  if (!data) return <Busy />;
  const page = data[topic];
  if (!page || !isTopic(topic))
    return (
      <Page title={common('help.title')}>
        <Empty
          icon={IconBookOff}
          title={t('unknown')}
          action={
            <Anchor renderRoot={(props) => <Link to="/help" {...props} />}>{common('help.all')}</Anchor>
          }
        />
      </Page>
    );
  return (
    <Page title={page.title}>
      <div className="help-page">
        <article>
          <HelpText html={page.html} />
          <Turn pages={data} topic={topic} />
        </article>
        <Pages pages={data} topic={topic} />
      </div>
    </Page>
  );
}

/** The page before and the page after. */
function Turn({ pages, topic }: { pages: Pages; topic: Topic }) {
  const { t } = useTranslation('help');
  const at = READING_ORDER.indexOf(topic);
  const before = at > 0 ? READING_ORDER[at - 1] : undefined;
  const next = READING_ORDER[at + 1];
  return (
    <div className="help-turn">
      {before ? (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/help/$topic" params={{ topic: before }} {...props} />}
        >
          ← {t('before')}: {pages[before]?.title}
        </Anchor>
      ) : null}
      {next ? (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/help/$topic" params={{ topic: next }} {...props} />}
        >
          {t('next')}: {pages[next]?.title} →
        </Anchor>
      ) : null}
    </div>
  );
}

function Pages({ pages, topic }: { pages: Pages; topic: Topic }) {
  const { t } = useTranslation('help');
  return (
    <nav className="help-pages" aria-label={t('pages')}>
      {GROUPS.map((group) => (
        <div key={group.id}>
          <Text size="xs" fw={600} c="dimmed">
            {t(`groups.${group.id}`)}
          </Text>
          <ul>
            {group.topics.map((one) => (
              <li key={one}>
                <Link
                  to="/help/$topic"
                  params={{ topic: one }}
                  aria-current={one === topic ? 'page' : undefined}
                >
                  {pages[one]?.title}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
