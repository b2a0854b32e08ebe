/** The groups somebody is in, directly and through others; join and leave. */
import { Button, Group, Paper, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useName } from '~/api/names';
import type { SubjectRef } from '~/api/types';
import { split } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { Empty } from '~/parts/Empty';
import { SubjectPicker } from '~/parts/Pickers';
import { StateBadge, SubjectLink } from '~/parts/Refs';
import { useVerb } from '../shared/may';

interface Given {
  subject: SubjectRef;
  groups: SubjectRef[];
  all: SubjectRef[];
}

export function PersonGroups({ subject, groups, all }: Given) {
  const { t } = useTranslation('people');
  const may = useVerb('manage_groups');
  const indirect = all.filter((group) => !groups.includes(group));
  return (
    <Stack>
      {may ? <Join subject={subject} all={all} /> : null}
      {all.length === 0 ? (
        <Empty icon={IconUsersGroup} title={t('inGroups.empty.title')} text={t('inGroups.empty.text')} />
      ) : (
        <Paper withBorder radius="md" className="held">
          <Table aria-label={t('tabs.groups')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('inGroups.group')}</Table.Th>
                <Table.Th>{t('inGroups.how')}</Table.Th>
                <Table.Th w={110}>
                  <VisuallyHidden>{t('held.actions')}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {groups.map((group) => (
                <Table.Tr key={group}>
                  <Table.Td>
                    <SubjectLink subject={group} />
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm">{t('inGroups.direct')}</Text>
                  </Table.Td>
                  <Table.Td>{may ? <Leave subject={subject} group={group} /> : null}</Table.Td>
                </Table.Tr>
              ))}
              {indirect.map((group) => (
                <Table.Tr key={group}>
                  <Table.Td>
                    <SubjectLink subject={group} />
                  </Table.Td>
                  <Table.Td>
                    <StateBadge color="gray">{t('inGroups.indirect')}</StateBadge>
                  </Table.Td>
                  <Table.Td />
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
      )}
    </Stack>
  );
}

function Join({ subject, all }: { subject: SubjectRef; all: SubjectRef[] }) {
  const { t } = useTranslation('people');
  const { change } = useChange();
  const [group, setGroup] = useState<SubjectRef | null>(null);
  const name = useName(subject);
  const groupName = useName(group ?? 'group:');
  const join = () => {
    if (!group) return;
    change({
      title: t('inGroups.joinTitle', { name, group: groupName }),
      commands: [{ command: 'put_member', id: split(group)[1], member: subject }],
      confirm: t('inGroups.join'),
      onDone: () => setGroup(null),
    });
  };
  return (
    <Group align="flex-end">
      <SubjectPicker kinds={['group']} label={t('inGroups.pick')} value={group} onChange={setGroup} />
      <Button onClick={join} disabled={!group || all.includes(group) || group === subject}>
        {t('inGroups.join')}
      </Button>
    </Group>
  );
}

function Leave({ subject, group }: { subject: SubjectRef; group: SubjectRef }) {
  const { t } = useTranslation('people');
  const { change } = useChange();
  const name = useName(subject);
  const groupName = useName(group);
  const title = t('inGroups.leaveTitle', { name, group: groupName });
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`${t('inGroups.leave')}: ${title}`}
      onClick={() =>
        change({
          title,
          commands: [{ command: 'delete_member', id: split(group)[1], member: subject }],
          confirm: t('inGroups.leave'),
          dangerous: true,
        })
      }
    >
      {t('inGroups.leave')}
    </Button>
  );
}
