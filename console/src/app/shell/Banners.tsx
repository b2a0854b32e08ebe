import { Button } from '@mantine/core';
import { IconClockHour4, IconMask } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { useHere } from '~/app/here';
import { exactTime } from '~/parts/When';

/** Cannot be overlooked: what is on the screen is not how things are. */
export function PastBanner() {
  const { t } = useTranslation();
  const { asOf } = useHere();
  const navigate = useNavigate();
  if (!asOf) return null;
  const back = () =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, as_of: undefined }),
    });
  const when = /^\d+$/.test(asOf) ? t('past.revision', { revision: asOf }) : exactTime(asOf);
  return (
    <div className="banner past" role="status">
      <IconClockHour4 size={18} aria-hidden />
      <span>{t('past.banner', { when })}</span>
      <Button size="compact-sm" variant="white" color="dark" onClick={back}>
        {t('past.backToNow')}
      </Button>
    </div>
  );
}

/** Somebody acts as somebody else: both are named on every page. */
export function ActingBanner() {
  const { t } = useTranslation();
  const { session } = useHere();
  const queries = useQueryClient();
  const navigate = useNavigate();
  if (!session.impersonator) return null;
  const stop = async () => {
    await must(client.DELETE('/v1/impersonation'));
    queries.clear();
    await navigate({ to: '/' });
  };
  return (
    <div className="banner acting" role="status">
      <IconMask size={18} aria-hidden />
      <span>{t('acting.banner', { whom: session.name ?? session.user, who: session.impersonator })}</span>
      <Button size="compact-sm" variant="white" color="dark" onClick={() => void stop()}>
        {t('acting.stop')}
      </Button>
    </div>
  );
}
