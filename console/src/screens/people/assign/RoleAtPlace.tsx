/** Which role, where, and until when: the roles that may be given there, and why the others may not. */
import {
  Anchor,
  Badge,
  Collapse,
  Group,
  Loader,
  Radio,
  ScrollArea,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoleGiven } from '~/api/commands';
import { asProblem } from '~/api/problem';
import type { ResourceRef, RoleRef, SubjectRef } from '~/api/types';
import { ResourcePicker, SubjectPicker } from '~/parts/Pickers';
import { ProblemNote } from '~/parts/ProblemNote';
import { type Offer, useOffers } from '../shared/offers';
import { TimeField } from '../shared/TimeField';
import { WithCode } from '../shared/WithCode';

/** What is being filled in; a place and a role are needed. */
export interface Draft {
  scope: ResourceRef | null;
  role: RoleRef | null;
  needsApprover: boolean;
  approver: SubjectRef | null;
  starts: string | null;
  expires: string | null;
}

export const emptyDraft = (scope: ResourceRef | null = null): Draft => ({
  scope,
  role: null,
  needsApprover: false,
  approver: null,
  starts: null,
  expires: null,
});

/** The draft as what can be given, once nothing is missing. */
export function ready(draft: Draft): RoleGiven | null {
  const { scope, role, needsApprover, approver, starts, expires } = draft;
  if (!scope || !role || (needsApprover && !approver)) return null;
  return { scope, role, approver, starts, expires };
}

interface Given {
  /** To whom; nobody in particular for several people, or for one who is not there yet. */
  subject: SubjectRef | null;
  draft: Draft;
  change: (draft: Draft) => void;
}

export function RoleAtPlace({ subject, draft, change }: Given) {
  const { t } = useTranslation('people');
  const [more, setMore] = useState(draft.starts !== null || draft.expires !== null);
  return (
    <Stack gap="sm">
      <ResourcePicker
        label={t('assign.place')}
        description={t('assign.placeHint')}
        value={draft.scope}
        onChange={(scope) => change({ ...draft, scope, role: null, needsApprover: false })}
        required
      />
      {draft.scope ? (
        <RoleList
          subject={subject}
          scope={draft.scope}
          value={draft.role}
          choose={(offer) => change({ ...draft, role: offer.role, needsApprover: offer.needsApprover })}
        />
      ) : null}
      {draft.needsApprover || draft.approver ? (
        <SubjectPicker
          label={t('assign.approver')}
          description={t('assign.approverHint')}
          value={draft.approver}
          onChange={(approver) => change({ ...draft, approver })}
          required={draft.needsApprover}
        />
      ) : null}
      <Anchor
        component="button"
        type="button"
        size="sm"
        onClick={() => setMore(!more)}
        aria-expanded={more}
        w="fit-content"
      >
        {t('assign.limitTime')}
      </Anchor>
      {more ? (
        <Group grow align="flex-start">
          <TimeField
            label={t('assign.starts')}
            value={draft.starts}
            onChange={(starts) => change({ ...draft, starts })}
          />
          <TimeField
            label={t('assign.expires')}
            value={draft.expires}
            onChange={(expires) => change({ ...draft, expires })}
          />
        </Group>
      ) : null}
    </Stack>
  );
}

interface ListGiven {
  subject: SubjectRef | null;
  scope: ResourceRef;
  value: RoleRef | null;
  choose: (offer: Offer) => void;
}

function RoleList({ subject, scope, value, choose }: ListGiven) {
  const { t } = useTranslation('people');
  const { offers, isLoading, error } = useOffers(subject, scope);
  const [sought, setSought] = useState('');
  const [whyNot, setWhyNot] = useState(false);
  if (error && asProblem(error).code === 'not_found') return <NoneHere />;
  if (error) return <ProblemNote error={error} />;
  if (isLoading) return <Loader size="sm" aria-label={t('assign.looking')} />;
  const low = sought.trim().toLowerCase();
  const fits = offers.filter((one) => `${one.title} ${one.role}`.toLowerCase().includes(low));
  const open = fits.filter((one) => one.reasons.length === 0);
  const closed = fits.filter((one) => one.reasons.length > 0);
  return (
    <Stack gap={6}>
      <Radio.Group
        label={t('assign.role')}
        description={t('assign.roleHint')}
        value={value}
        onChange={(role) => {
          const offer = offers.find((one) => one.role === role);
          if (offer) choose(offer);
        }}
        required
      >
        {offers.length > 8 ? (
          <TextInput
            mt={6}
            size="xs"
            aria-label={t('assign.filter')}
            placeholder={t('assign.filter')}
            leftSection={<IconSearch size={14} aria-hidden />}
            value={sought}
            onChange={(event) => setSought(event.currentTarget.value)}
          />
        ) : null}
        <ScrollArea.Autosize mah={240} type="auto" mt={6} className="role-list">
          {open.map((offer) => (
            <Radio
              key={offer.role}
              value={offer.role}
              disabled={offer.held}
              label={offer.title}
              description={<Description offer={offer} />}
              className="role-choice"
            />
          ))}
          {open.length === 0 ? <NoneHere /> : null}
        </ScrollArea.Autosize>
      </Radio.Group>
      {closed.length > 0 ? (
        <>
          <Anchor
            component="button"
            type="button"
            size="sm"
            w="fit-content"
            onClick={() => setWhyNot(!whyNot)}
            aria-expanded={whyNot}
          >
            {t('assign.whyNot', { count: closed.length })}
          </Anchor>
          <Collapse expanded={whyNot}>
            <ul className="refused-list">
              {closed.map((offer) => (
                <li key={offer.role}>
                  <Text size="sm" fw={550}>
                    {offer.title} <code className="faint">{offer.role}</code>
                  </Text>
                  {offer.reasons.map((reason) => (
                    <Text key={reason} size="sm" className="soft">
                      <WithCode text={reason} />
                    </Text>
                  ))}
                </li>
              ))}
            </ul>
          </Collapse>
        </>
      ) : null}
    </Stack>
  );
}

/** Whoever sees a place only by its name gives nothing there. */
function NoneHere() {
  const { t } = useTranslation('people');
  return (
    <Text size="sm" c="dimmed" p="xs">
      {t('assign.noneHere')}
    </Text>
  );
}

function Description({ offer }: { offer: Offer }) {
  const { t } = useTranslation('people');
  return (
    <Group gap={6} component="span">
      <code>{offer.role}</code>
      {offer.held ? (
        <Badge component="span" color="gray.9">
          {t('assign.held')}
        </Badge>
      ) : null}
      {offer.needsApprover ? (
        <Badge component="span" color="blue.9">
          {t('assign.needsApprover')}
        </Badge>
      ) : null}
    </Group>
  );
}
