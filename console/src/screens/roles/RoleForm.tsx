/** The form of a role of one's own. What it becomes is shown beside it all the time, and what the server says to it. */
import { Alert, Button, SegmentedControl, Stack, Title } from '@mantine/core';
import { IconGridDots, IconListCheck } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import type { Command, ProductWhole } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { Busy } from '~/parts/Busy';
import { ProblemNote } from '~/parts/ProblemNote';
import { Basics } from './Basics';
import { DraftPermissions } from './DraftPermissions';
import { bodyOf, copyOf, type Draft, difference, idFrom, outcome, startOutcome } from './draft';
import { FeatureGrid } from './FeatureGrid';
import { FormAside } from './FormAside';
import { placeTypes } from './features';
import { useWorkshop } from './parts';
import { useTrial } from './rules';
import { StartChoice } from './StartChoice';

interface Given {
  mode: 'new' | 'edit';
  product: ProductWhole;
  instances: string[];
  initial: Draft;
}

export function RoleForm({ mode, product, instances, initial }: Given) {
  const { t } = useTranslation('roles');
  const navigate = useNavigate();
  const { change } = useChange();
  const [draft, setDraft] = useState(initial);
  const [view, setView] = useState<'list' | 'grid'>(() => firstView(initial, product));
  const workshop = useWorkshop(draft, product, instances.slice(0, 1));
  const { parts, starts } = workshop;
  const now = useMemo(() => outcome(draft, parts), [draft, parts]);
  const before = useMemo(() => startOutcome(draft, parts), [draft, parts]);
  const id = draft.id || idFrom(draft.title);
  const command: Command = {
    command: mode === 'new' ? 'create_role' : 'put_role',
    id: `${product.id}/${id}`,
    body: bodyOf(draft),
  };
  const touched = mode === 'new' || JSON.stringify(draft) !== JSON.stringify(initial);
  const complete = Boolean(id && draft.title.trim()) && copyOf(draft.start) !== '';
  const trial = useTrial(complete && touched ? [command] : null);
  const refused = trial.error ? asProblem(trial.error) : null;
  const save = () =>
    change({
      title: t(mode === 'new' ? 'new.change' : 'edit.change', { role: draft.title }),
      commands: [command],
      confirm: t(mode === 'new' ? 'new.confirm' : 'edit.confirm'),
      onDone: () => void navigate({ to: '/roles/$product/$role', params: { product: product.id, role: id } }),
    });
  const nobody = starts?.general.find((one) => one.code === 'no_authority');
  if (nobody) return <Refused refusal={nobody} />;
  if (mode === 'new' && workshop.isLoading && !starts) return <Busy />;
  return (
    <div className="role-form" data-wide={view === 'grid' || undefined}>
      <Stack gap="xl" className="form-first">
        <Part title={t('form.basics')}>
          <Basics
            draft={draft}
            id={id}
            isNew={mode === 'new'}
            instances={instances}
            refusals={refused?.refusals ?? []}
            onChange={setDraft}
          />
        </Part>
        <Part title={t('form.start')} lead={t('form.startLead')}>
          <StartChoice
            draft={draft}
            product={product.title}
            notAll={starts?.notAll ?? null}
            onChange={setDraft}
          />
        </Part>
      </Stack>
      <div className="form-grants">
        <Part
          title={t('form.grants')}
          lead={t('form.grantsLead')}
          aside={
            placeTypes(product).length > 0 ? (
              <SegmentedControl
                aria-label={t('form.view')}
                value={view}
                onChange={(value) => setView(value === 'grid' ? 'grid' : 'list')}
                data={[
                  {
                    value: 'list',
                    label: <Choice icon={<IconListCheck size={15} />} text={t('form.list')} />,
                  },
                  {
                    value: 'grid',
                    label: <Choice icon={<IconGridDots size={15} />} text={t('form.grid')} />,
                  },
                ]}
              />
            ) : null
          }
        >
          {workshop.error ? <ProblemNote error={workshop.error} /> : null}
          {view === 'grid' ? (
            <FeatureGrid
              draft={draft}
              product={product}
              workshop={workshop}
              outcome={now}
              onChange={setDraft}
            />
          ) : (
            <DraftPermissions
              draft={draft}
              product={product}
              workshop={workshop}
              outcome={now}
              onChange={setDraft}
            />
          )}
        </Part>
      </div>
      <FormAside
        product={product}
        count={now.size}
        from={copyOf(draft.start)}
        start={draft.start === 'none' ? 'none' : draft.start === 'all' ? 'all' : 'copy'}
        difference={difference(before, now)}
        outcome={now}
        error={trial.error}
        warnings={trial.data?.warnings ?? []}
        isLooking={trial.isFetching}
      >
        <Button onClick={save} disabled={!complete || !touched} fullWidth>
          {t(mode === 'new' ? 'new.save' : 'edit.save')}
        </Button>
      </FormAside>
    </div>
  );
}

/** The table first, where that is how the role was made, or how such roles are thought of. */
function firstView(draft: Draft, product: ProductWhole): 'list' | 'grid' {
  if (placeTypes(product).length === 0) return 'list';
  const places = product.areas.length === 0 && product.permissions.some((one) => one.implies.length > 0);
  return draft.grants.some((grant) => grant.within) || (draft.start === 'none' && places) ? 'grid' : 'list';
}

function Choice({ icon, text }: { icon: ReactNode; text: string }) {
  return (
    <span className="ref">
      {icon}
      <span>{text}</span>
    </span>
  );
}

interface PartGiven {
  title: string;
  lead?: string;
  aside?: ReactNode;
  children: ReactNode;
}

export function Part({ title, lead, aside, children }: PartGiven) {
  return (
    <section className="form-part" aria-label={title}>
      <div className="form-part-head">
        <div>
          <Title order={2}>{title}</Title>
          {lead ? <p className="soft">{lead}</p> : null}
        </div>
        {aside}
      </div>
      {children}
    </section>
  );
}

function Refused({ refusal }: { refusal: { message: string; instead: string | null; rule: string } }) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  return (
    <Alert color="red" role="alert" title={t('new.refused')} maw={720}>
      <Stack gap={6}>
        <span>{refusal.message}</span>
        {refusal.instead ? <strong>{common('refusals.instead', { instead: refusal.instead })}</strong> : null}
        <span className="faint">{common('refusals.rule', { rule: refusal.rule })}</span>
      </Stack>
    </Alert>
  );
}
