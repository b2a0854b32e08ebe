/** Who has something through a group: its members, on demand. */
import { Loader, Popover, ScrollArea, Stack, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useList } from '~/api/read';
import { ProblemNote } from '~/parts/ProblemNote';
import { SubjectLink } from '~/parts/Refs';

export function Members({ group }: { group: string }) {
  const { t } = useTranslation('where');
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <Popover opened={opened} onClose={close} trapFocus withArrow shadow="md" width={260}>
      <Popover.Target>
        <UnstyledButton className="members" onClick={toggle} aria-expanded={opened}>
          {t('members.open')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('members.title', { group })}>
        {opened ? <MemberList group={group} /> : null}
      </Popover.Dropdown>
    </Popover>
  );
}

function MemberList({ group }: { group: string }) {
  const { t } = useTranslation('where');
  const members = useList('/v1/orgs/{org}/groups/{id}/members', { path: { id: group } });
  if (members.error) return <ProblemNote error={members.error} />;
  if (members.isLoading) return <Loader size="xs" aria-label={t('tree.loading')} />;
  if (members.items.length === 0) return <Text size="sm">{t('members.none')}</Text>;
  return (
    <ScrollArea.Autosize mah={260} type="auto" viewportProps={{ tabIndex: 0 }}>
      <Stack gap={6}>
        {members.items.map((member) => (
          <SubjectLink key={member} subject={member} />
        ))}
        {members.hasMore ? (
          <UnstyledButton className="members" onClick={members.more}>
            {t('tree.more')}
          </UnstyledButton>
        ) : null}
      </Stack>
    </ScrollArea.Autosize>
  );
}
