/** Requests that wait for somebody's yes or no, and those that were decided. */
import { Button, Group, SegmentedControl, Skeleton, Stack } from '@mantine/core';
import { IconChecklist, IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useList } from '~/api/read';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { ApprovalCard } from './ApprovalCard';
import { approvalsRoute } from './routes';
import { sorted } from './sorted';
import './approvals.css';

export function Approvals() {
  const { t } = useTranslation('approvals');
  const common = useTranslation();
  const { decided } = approvalsRoute.useSearch();
  const navigate = approvalsRoute.useNavigate();
  const open = !decided;
  const list = useList('/v1/orgs/{org}/approvals', { query: open ? { state: 'pending' } : {} });
  const shown = sorted(list.items, open);
  return (
    <Page title={common.t('places.approvals')} help="approvals" lead={t('lead')}>
      <Stack>
        <Group>
          <SegmentedControl
            aria-label={t('which')}
            value={open ? 'open' : 'decided'}
            onChange={(next) => void navigate({ search: { decided: next === 'decided' || undefined } })}
            data={[
              { value: 'open', label: t('open') },
              { value: 'decided', label: t('decided') },
            ]}
          />
        </Group>
        {list.error ? <ProblemNote error={list.error} retry={() => void list.retry()} /> : null}
        {list.isLoading ? <Skeleton height={120} radius="md" /> : null}
        {!list.isLoading && !list.error && shown.length === 0 ? (
          <Empty
            icon={open ? IconChecklist : IconHistory}
            title={t(open ? 'empty.title' : 'none.title')}
            text={t(open ? 'empty.text' : 'none.text')}
          />
        ) : null}
        <ul className="approvals" aria-label={t(open ? 'open' : 'decided')}>
          {shown.map((approval) => (
            <ApprovalCard key={approval.id} approval={approval} />
          ))}
        </ul>
        {list.hasMore ? (
          <Button variant="default" w="fit-content" onClick={list.more} loading={list.isLoadingMore}>
            {t('more')}
          </Button>
        ) : null}
      </Stack>
    </Page>
  );
}
