/** Help beside what it is about: a question mark that opens the page in a drawer. */
import { ActionIcon, Anchor, Drawer, Loader, Stack, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconHelp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** The pages in `docs/help/en` and `docs/help/de`. */
export const TOPICS = [
  'start',
  'decisions',
  'people',
  'groups',
  'invitations',
  'api-keys',
  'roles',
  'custom-roles',
  'overlays',
  'comparing-roles',
  'assignments',
  'where',
  'matrix',
  'why',
  'see-as',
  'before-and-after',
  'refusals',
  'history',
  'the-past',
  'health',
  'approvals',
  'seats',
  'separation',
  'delegation',
  'acting-as',
  'keyboard',
] as const;
export type Topic = (typeof TOPICS)[number];

export function useHelp() {
  const { i18n } = useTranslation();
  return useQuery({
    queryKey: ['help', i18n.language],
    queryFn: async () =>
      (await (i18n.language === 'de' ? import('virtual:help/de') : import('virtual:help/en'))).default,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function Help({ topic }: { topic: Topic }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Tooltip label={t('help.open')}>
        <ActionIcon onClick={open} aria-label={t('help.open')} size="sm">
          <IconHelp size={18} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      {opened ? <HelpDrawer topic={topic} close={close} /> : null}
    </>
  );
}

function HelpDrawer({ topic, close }: { topic: Topic; close: () => void }) {
  const { t } = useTranslation();
  const { data } = useHelp();
  const [at, setAt] = useState<string>(topic);
  const page = data?.[at];
  return (
    <Drawer opened onClose={close} title={page?.title ?? t('help.open')} size="md">
      <Stack>
        {page ? <HelpText html={page.html} onTopic={setAt} /> : <Loader size="sm" />}
        <Anchor renderRoot={(props) => <Link to="/help" {...props} />} size="sm" onClick={close}>
          {t('help.all')}
        </Anchor>
      </Stack>
    </Drawer>
  );
}

/**
 * The HTML was made from our own files when the console was built; nothing of it comes from anywhere else. Its links lead on
 * without loading the page anew; those to other topics go to `onTopic`, if that is given.
 */
export function HelpText({ html, onTopic }: { html: string; onTopic?: (topic: string) => void }) {
  const text = useRef<HTMLDivElement>(null);
  const { navigate } = useRouter();
  useEffect(() => {
    const followed = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      const to = link?.getAttribute('href');
      if (!to?.startsWith('/') || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const topic = /^\/help\/([a-z-]+)$/.exec(to)?.[1];
      if (topic && onTopic) onTopic(topic);
      else void navigate({ to });
    };
    const shown = text.current;
    shown?.addEventListener('click', followed);
    return () => shown?.removeEventListener('click', followed);
  }, [navigate, onTopic]);
  return <div className="prose" ref={text} dangerouslySetInnerHTML={{ __html: html }} />;
}
