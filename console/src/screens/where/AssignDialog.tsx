/** Gives a role here: to whom, which of those that I may give, until when. What I may not give says why. */
import { Button, Group, Modal, Stack } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { assign } from '~/api/commands';
import { useName } from '~/api/names';
import { type Answer, useRead } from '~/api/read';
import { type SubjectRef, split } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { SubjectPicker } from '~/parts/Pickers';
import { ProblemNote } from '~/parts/ProblemNote';
import { useNaming } from './naming';
import { RoleChoice } from './RoleChoice';
import type { Whole } from './types';

export type Offered = Answer<'/v1/orgs/{org}/review/assignable-roles'>['items'][number];

export function AssignDialog({ node, close }: { node: Whole; close: () => void }) {
  const { t } = useTranslation(['where', 'common']);
  const { change } = useChange();
  const place = useNaming()(node.id, node.properties);
  const [subject, setSubject] = useState<SubjectRef | null>(null);
  const [role, setRole] = useState<Offered | null>(null);
  const [approver, setApprover] = useState<SubjectRef | null>(null);
  const [expires, setExpires] = useState<string | null>(null);
  const who = useName(subject ?? 'user:');
  const offered = useRead(
    '/v1/orgs/{org}/review/assignable-roles',
    { query: { scope: node.id, subject: subject ?? '', limit: 1000 } },
    { enabled: subject !== null },
  );
  const give = () => {
    if (!subject || !role) return;
    close();
    change({
      title: t('where:assign.title', { role: role.title, who: who || split(subject)[1], place }),
      confirm: t('where:assign.confirm'),
      commands: [
        assign(subject, {
          role: role.role,
          scope: node.id,
          approver,
          starts: null,
          expires: expires ? dayjs(expires).toISOString() : null,
        }),
      ],
    });
  };
  const lacksApprover = role?.needs_approver === true && !approver;
  return (
    <Modal opened onClose={close} title={t('where:assign.heading', { place })} size="lg">
      <Stack>
        <SubjectPicker
          label={t('where:assign.who')}
          kinds={['user', 'group', 'api_key']}
          value={subject}
          onChange={(value) => {
            setSubject(value);
            setRole(null);
          }}
          required
        />
        {offered.error ? <ProblemNote error={offered.error} /> : null}
        <RoleChoice
          offered={offered.data?.items ?? []}
          waiting={subject === null}
          isLoading={offered.isLoading && subject !== null}
          value={role}
          onChange={setRole}
        />
        {role?.needs_approver ? (
          <SubjectPicker
            label={t('where:assign.approver')}
            description={t('where:assign.approverHint')}
            value={approver}
            onChange={setApprover}
            required
          />
        ) : null}
        <DateTimePicker
          label={t('where:assign.until')}
          description={t('where:assign.untilHint')}
          value={expires}
          onChange={setExpires}
          minDate={new Date()}
          clearable
          clearButtonProps={{ 'aria-label': t('where:assign.noEnd') }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('common:cancel')}
          </Button>
          <Button disabled={!subject || !role || lacksApprover} onClick={give}>
            {t('where:assign.look')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
