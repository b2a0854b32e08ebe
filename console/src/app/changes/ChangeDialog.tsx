/** Before: who gains and who loses what, the warnings, the refusals. Then the one button that does it. */
import { Alert, Button, Group, Loader, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Done } from '~/api/types';
import { carryOut, preview, undo } from '~/api/write';
import { useHere } from '~/app/here';
import { EffectsView } from '~/parts/EffectsView';
import { PlanView } from '~/parts/PlanView';
import { ProblemNote } from '~/parts/ProblemNote';
import type { Planned, PlannedUndo } from './ChangeProvider';

interface Given {
  planned: Planned | PlannedUndo;
  close: () => void;
  done: (answer: Done) => void;
}

const isUndo = (planned: Planned | PlannedUndo): planned is PlannedUndo => 'revision' in planned;

export default function ChangeDialog({ planned, close, done }: Given) {
  const { t } = useTranslation();
  const { org } = useHere();
  const [key] = useState(() => crypto.randomUUID());
  const [typed, setTyped] = useState('');
  const [force, setForce] = useState(false);
  const before = useQuery({
    queryKey: ['preview', org, key, force],
    queryFn: () =>
      isUndo(planned) ? undo(org, planned.revision, true, force) : preview(org, planned.commands),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const act = useMutation({
    mutationFn: () =>
      isUndo(planned) ? undo(org, planned.revision, false, force) : carryOut(org, planned.commands, key),
    onSuccess: (answer) => {
      done(answer);
      if (!isUndo(planned)) planned.onDone?.(answer);
      close();
    },
  });
  const asked = isUndo(planned) ? undefined : planned;
  const cancel = () => {
    close();
    asked?.onCancel?.();
  };
  const locked = asked?.typed !== undefined && typed.trim() !== asked.typed;
  const nothing = before.data !== undefined && before.data.plan.length === 0;
  const error = act.error ?? before.error;
  return (
    <Modal opened onClose={cancel} title={planned.title} size="lg" closeOnClickOutside={!act.isPending}>
      <Stack>
        {asked?.explain ? <Text size="sm">{asked.explain}</Text> : null}
        {before.isLoading ? (
          <Group gap="sm" role="status">
            <Loader size="sm" />
            <Text size="sm">{t('changes.looking')}</Text>
          </Group>
        ) : null}
        {before.data ? <Before before={before.data} /> : null}
        {nothing ? <Text size="sm">{t('changes.nothing')}</Text> : null}
        {error ? <ProblemNote error={error} /> : null}
        {isUndo(planned) && before.error && !force ? (
          <Button variant="default" onClick={() => setForce(true)}>
            {t('changes.undoAnyway')}
          </Button>
        ) : null}
        {asked?.typed !== undefined && before.data ? (
          <TextInput
            label={t('changes.type', { word: asked.typed })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-autofocus
          />
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel} disabled={act.isPending}>
            {t('cancel')}
          </Button>
          <Button
            color={asked?.dangerous ? 'red.9' : undefined}
            onClick={() => act.mutate()}
            loading={act.isPending}
            disabled={!before.data || nothing || locked}
            data-autofocus={asked?.typed === undefined || undefined}
          >
            {isUndo(planned) ? t('changes.undo') : (asked?.confirm ?? t('changes.confirm'))}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Before({ before }: { before: Done }) {
  return (
    <Stack gap="sm">
      {before.warnings.map((warning) => (
        <Alert
          key={warning.code + warning.message}
          color="yellow"
          icon={<IconAlertTriangle size={18} />}
          p="xs"
        >
          {warning.message}
        </Alert>
      ))}
      <PlanView plan={before.plan} />
      {before.effects ? <EffectsView effects={before.effects} /> : null}
    </Stack>
  );
}
