/** One action for many: looked at first, done in batches with a bar that can be stopped, and told at the end. */
import { Alert, Button, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refresh } from '~/api/read';
import type { Command, SubjectRef } from '~/api/types';
import { carryOut, preview, undo } from '~/api/write';
import { useHere } from '~/app/here';
import { EffectsView } from '~/parts/EffectsView';
import { ProblemNote } from '~/parts/ProblemNote';
import { SubjectLink } from '~/parts/Refs';
import { WithCode } from '../shared/WithCode';
import { inBatches, type Outcome, type Refused } from './batches';

export interface BulkPlan {
  title: string;
  explain?: string;
  confirm: string;
  dangerous?: boolean;
  commands: Command[];
  /** Whom a command is about. */
  about: (command: Command) => SubjectRef;
}

type Phase =
  | { at: 'looking' | 'doing' | 'undoing'; settled: number; of: number }
  | { at: 'ready'; seen: Outcome }
  | { at: 'done'; did: Outcome; refused: Refused[]; undone: boolean };

export function BulkDialog({ plan, close }: { plan: BulkPlan; close: () => void }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const bulk = useBulk(plan);
  const { phase } = bulk;
  const running = phase.at === 'looking' || phase.at === 'doing' || phase.at === 'undoing';
  const leave = () => {
    bulk.stop();
    close();
  };
  return (
    <Modal opened onClose={leave} title={plan.title} size="lg" closeOnClickOutside={!running}>
      <Stack>
        {plan.explain ? <Text size="sm">{plan.explain}</Text> : null}
        {running ? <Bar at={phase.at} settled={phase.settled} of={phase.of} /> : null}
        {phase.at === 'ready' ? <Seen seen={phase.seen} plan={plan} /> : null}
        {phase.at === 'done' ? <Told {...phase} plan={plan} /> : null}
        {bulk.error ? <ProblemNote error={bulk.error} /> : null}
        <Group justify="flex-end">
          {phase.at === 'doing' ? (
            <Button variant="default" onClick={bulk.stop}>
              {t('bulk.stop')}
            </Button>
          ) : null}
          {phase.at === 'done' && phase.did.left.length > 0 ? (
            <Button variant="default" onClick={() => void bulk.carry(phase.did.left)}>
              {t('bulk.goOn', { count: phase.did.left.length })}
            </Button>
          ) : null}
          {phase.at === 'done' && phase.did.answers.length > 0 && !phase.undone ? (
            <Button variant="default" onClick={() => void bulk.back(phase.did, phase.refused)}>
              {t('bulk.undo')}
            </Button>
          ) : null}
          {phase.at === 'ready' ? (
            <>
              <Button variant="default" onClick={leave}>
                {common.t('cancel')}
              </Button>
              <Button
                color={plan.dangerous ? 'red.9' : undefined}
                disabled={phase.seen.accepted.length === 0}
                onClick={() => void bulk.carry(phase.seen.accepted)}
              >
                {plan.confirm}
              </Button>
            </>
          ) : null}
          {phase.at === 'looking' ? (
            <Button variant="default" onClick={leave}>
              {common.t('cancel')}
            </Button>
          ) : null}
          {phase.at === 'done' ? <Button onClick={close}>{common.t('close')}</Button> : null}
        </Group>
      </Stack>
    </Modal>
  );
}

function useBulk(plan: BulkPlan) {
  const { org } = useHere();
  const queries = useQueryClient();
  const stopped = useRef(false);
  const [phase, setPhase] = useState<Phase>({ at: 'looking', settled: 0, of: plan.commands.length });
  const [error, setError] = useState<unknown>(null);
  const [before, setBefore] = useState<Refused[]>([]);
  const stop = useCallback(() => {
    stopped.current = true;
  }, []);
  useEffect(() => {
    let gone = false;
    void (async () => {
      const seen = await inBatches(plan.commands, (some) => preview(org, some), {
        step: (settled) => {
          if (!gone) setPhase({ at: 'looking', settled, of: plan.commands.length });
        },
        stopped: () => gone,
      });
      if (gone) return;
      setError(seen.error);
      setBefore(seen.refused);
      setPhase({ at: 'ready', seen });
    })();
    return () => {
      gone = true;
    };
  }, [org, plan]);
  const carry = async (commands: Command[]) => {
    stopped.current = false;
    setError(null);
    const earlier = phase.at === 'done' ? phase.did : null;
    const step = (settled: number) => setPhase({ at: 'doing', settled, of: commands.length });
    step(0);
    const did = await inBatches(commands, (some) => carryOut(org, some, crypto.randomUUID()), {
      step,
      stopped: () => stopped.current,
    });
    setError(did.error);
    const all = earlier ? joined(earlier, did) : did;
    setPhase({ at: 'done', did: all, refused: [...before, ...all.refused], undone: false });
    await refresh(queries, org);
  };
  const back = async (did: Outcome, refused: Refused[]) => {
    setError(null);
    let settled = 0;
    try {
      for (const answer of [...did.answers].reverse()) {
        setPhase({ at: 'undoing', settled, of: did.answers.length });
        if (answer.applied) await undo(org, answer.revision, false);
        settled += 1;
      }
      setPhase({ at: 'done', did, refused, undone: true });
    } catch (failed) {
      setError(failed);
      setPhase({ at: 'done', did, refused, undone: false });
    }
    await refresh(queries, org);
  };
  return { phase, error, stop, carry, back };
}

function joined(first: Outcome, then: Outcome): Outcome {
  return {
    accepted: [...first.accepted, ...then.accepted],
    refused: [...first.refused, ...then.refused],
    answers: [...first.answers, ...then.answers],
    left: then.left,
    error: then.error,
  };
}

function Bar({ at, settled, of }: { at: 'looking' | 'doing' | 'undoing'; settled: number; of: number }) {
  const { t } = useTranslation('people');
  const said = t(`bulk.${at}`, { settled, of });
  return (
    <div role="status">
      <Text size="sm" mb={6}>
        {said}
      </Text>
      <Progress.Root size="lg">
        <Progress.Section value={of === 0 ? 100 : (100 * settled) / of} aria-label={said} />
      </Progress.Root>
    </div>
  );
}

/** What it would do, added up over the batches; the first of them in detail. */
function Seen({ seen, plan }: { seen: Outcome; plan: BulkPlan }) {
  const { t } = useTranslation('people');
  const [first] = seen.answers;
  const nothing = seen.answers.every((answer) => answer.plan.length === 0);
  const sum = (of: 'gains' | 'losses') =>
    seen.answers.reduce((total, answer) => total + (answer.effects?.counts[of] ?? 0), 0);
  return (
    <Stack gap="sm">
      <Text size="sm" fw={600}>
        {t('bulk.would', { count: seen.accepted.length })}
      </Text>
      {nothing && seen.accepted.length > 0 ? <Text size="sm">{t('bulk.nothing')}</Text> : null}
      {seen.answers.length > 1 ? (
        <Text size="sm">{t('bulk.sum', { gains: sum('gains'), losses: sum('losses') })}</Text>
      ) : null}
      {first?.effects ? (
        <div className="bulk-effects">
          <EffectsView effects={first.effects} />
        </div>
      ) : null}
      <RefusedList refused={seen.refused} plan={plan} />
    </Stack>
  );
}

function Told({
  did,
  refused,
  undone,
  plan,
}: {
  did: Outcome;
  refused: Refused[];
  undone: boolean;
  plan: BulkPlan;
}) {
  const { t } = useTranslation('people');
  return (
    <Stack gap="sm" role="status">
      <Alert color={undone ? 'yellow' : 'green'} icon={<IconCircleCheck size={18} />} p="xs">
        {undone ? t('bulk.undone') : t('bulk.done', { count: did.accepted.length })}
      </Alert>
      {did.left.length > 0 ? <Text size="sm">{t('bulk.left', { count: did.left.length })}</Text> : null}
      <RefusedList refused={refused} plan={plan} />
    </Stack>
  );
}

/** So many refusals are listed one by one. */
const LISTED = 100;

function RefusedList({ refused, plan }: { refused: Refused[]; plan: BulkPlan }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  if (refused.length === 0) return null;
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle size={18} />}
      title={t('bulk.refused', { count: refused.length })}
    >
      <ul className="refused-list">
        {refused.slice(0, LISTED).map((one) => (
          <li key={JSON.stringify(one.command)}>
            <SubjectLink subject={plan.about(one.command)} />
            <Text size="sm">
              <WithCode text={one.why} />
            </Text>
          </li>
        ))}
      </ul>
      {refused.length > LISTED ? (
        <Text size="sm">{common.t('changes.more', { count: refused.length - LISTED })}</Text>
      ) : null}
    </Alert>
  );
}
