/** Who gains and who loses what where: the picture first, the names below. */
import { Accordion, Badge, Group, List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Effect, Effects } from '~/api/types';
import { RoleName, ScopeName, SubjectName } from './Refs';

/** So many permissions of one subject are shown before the rest is counted. */
const SHOWN = 30;

export function EffectsView({ effects }: { effects: Effects }) {
  const { t } = useTranslation();
  const { counts, subjects } = effects;
  if (counts.gains === 0 && counts.losses === 0 && subjects.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('effects.none')}
      </Text>
    );
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {t('effects.people', { count: counts.subjects })}
        </Text>
        {counts.gains > 0 ? (
          <Badge color="green.9">{t('effects.gains', { count: counts.gains })}</Badge>
        ) : null}
        {counts.losses > 0 ? (
          <Badge color="red.9">{t('effects.losses', { count: counts.losses })}</Badge>
        ) : null}
      </Group>
      <Balance gains={counts.gains} losses={counts.losses} />
      <Accordion
        multiple
        variant="contained"
        defaultValue={subjects.length === 1 ? [subjects[0]?.subject ?? ''] : []}
      >
        {subjects.map((one) => (
          <Accordion.Item key={one.subject} value={one.subject}>
            <Accordion.Control>
              <Group justify="space-between" pr="sm">
                <SubjectName subject={one.subject} />
                <Group gap={6}>
                  {one.gains.length > 0 ? <Badge color="green.9">+{one.gains.length}</Badge> : null}
                  {one.losses.length > 0 ? <Badge color="red.9">−{one.losses.length}</Badge> : null}
                </Group>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <Stack gap={6}>
                {[
                  ...one.roles_gained.map((at) => ({ at, sign: '+' })),
                  ...one.roles_lost.map((at) => ({ at, sign: '−' })),
                ].map(({ at, sign }) => (
                  <Group gap={6} key={sign + at.role + at.scope}>
                    <Badge color={sign === '+' ? 'green.9' : 'red.9'}>{sign}</Badge>
                    <RoleName role={at.role} />
                    <ScopeName scope={at.scope} />
                  </Group>
                ))}
                <Permissions effects={one.gains} sign="+" />
                <Permissions effects={one.losses} sign="−" />
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {effects.truncated ? (
        <Text size="xs" c="dimmed">
          {t('effects.truncated', { shown: subjects.length, all: counts.subjects })}
        </Text>
      ) : null}
    </Stack>
  );
}

/** Green for what is gained, red for what is lost, in proportion. The numbers stand beside it. */
function Balance({ gains, losses }: { gains: number; losses: number }) {
  const all = gains + losses;
  if (all === 0) return null;
  return (
    <div className="balance" aria-hidden>
      <span className="gain" style={{ width: `${(100 * gains) / all}%` }} />
      <span className="loss" style={{ width: `${(100 * losses) / all}%` }} />
    </div>
  );
}

function Permissions({ effects, sign }: { effects: Effect[]; sign: '+' | '−' }) {
  const { t } = useTranslation();
  if (effects.length === 0) return null;
  return (
    <List size="sm" listStyleType="none" spacing={2}>
      {effects.slice(0, SHOWN).map((effect) => (
        <List.Item key={effect.permission + effect.scope}>
          <Text span c={sign === '+' ? 'green.9' : 'red.9'} fw={600} className="effect-sign">
            {sign}
          </Text>{' '}
          <code>{effect.permission}</code> <ScopeName scope={effect.scope} />{' '}
          <Text span size="xs" c="dimmed">
            {t(`effects.extents.${effect.before}`)} → {t(`effects.extents.${effect.after}`)}
          </Text>
        </List.Item>
      ))}
      {effects.length > SHOWN ? (
        <List.Item>{t('changes.more', { count: effects.length - SHOWN })}</List.Item>
      ) : null}
    </List>
  );
}
