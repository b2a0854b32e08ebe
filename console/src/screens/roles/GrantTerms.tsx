/** Where and when a permission is given: everywhere, or only within a place, with a role, by a relation, on a condition. */
import {
  Alert,
  Button,
  Group,
  Modal,
  MultiSelect,
  Paper,
  Stack,
  TagsInput,
  Text,
  Textarea,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoles } from '~/api/names';
import type { PermissionShown } from '~/api/types';
import { ResourcePicker } from '~/parts/Pickers';
import { type Draft, setGrants, unrolled } from './draft';
import type { Workshop } from './parts';
import { useGrantTrial } from './rules';
import type { CustomGrant } from './types';

interface Given {
  permission: PermissionShown;
  draft: Draft;
  workshop: Workshop;
  close: () => void;
  onChange: (draft: Draft) => void;
}

export function GrantTerms({ permission, draft, workshop, close, onChange }: Given) {
  const { t } = useTranslation('roles');
  const own = draft.grants.filter((grant) => grant.permission === permission.id);
  return (
    <Modal opened onClose={close} title={t('restrict.title', { permission: permission.title })} size="lg">
      {own.length > 0 ? (
        <Editor {...{ permission, draft, close, onChange }} own={own} />
      ) : (
        <FromElsewhere {...{ permission, draft, workshop, close, onChange }} />
      )}
    </Modal>
  );
}

/** What comes from the start or an included role keeps its terms. It can be made the role's own first. */
function FromElsewhere({ draft, workshop, onChange }: Given) {
  const { t } = useTranslation('roles');
  const own = unrolled(draft, workshop.parts);
  return (
    <Stack>
      <Text size="sm">{t('restrict.elsewhere')}</Text>
      {own.lost.length > 0 ? (
        <Alert color="yellow" p="xs">
          {t('restrict.lost', { permissions: own.lost.map(workshop.parts.book.title).join(', ') })}
        </Alert>
      ) : null}
      <Group justify="flex-end">
        <Button onClick={() => onChange(own.draft)} disabled={draft.start === 'none'}>
          {t('restrict.makeOwn')}
        </Button>
      </Group>
    </Stack>
  );
}

function Editor({
  permission,
  draft,
  own,
  close,
  onChange,
}: Omit<Given, 'workshop'> & { own: CustomGrant[] }) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  const [grants, setGrantsHere] = useState(() => own.map((grant) => ({ grant, key: crypto.randomUUID() })));
  const put = (key: string, grant: CustomGrant) =>
    setGrantsHere(grants.map((one) => (one.key === key ? { grant, key } : one)));
  return (
    <Stack>
      <Text size="sm" className="soft">
        {t('restrict.lead')}
      </Text>
      {grants.map(({ grant, key }, at) => (
        <Paper key={key} withBorder p="md" component="fieldset" className="plain-fieldset">
          <legend className="visually-hidden">{t('restrict.way', { number: at + 1 })}</legend>
          <OneGrant grant={grant} draft={draft} onChange={(changed) => put(key, changed)} />
          {grants.length > 1 ? (
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              mt="sm"
              leftSection={<IconTrash size={14} aria-hidden />}
              onClick={() => setGrantsHere(grants.filter((one) => one.key !== key))}
            >
              {t('restrict.remove')}
            </Button>
          ) : null}
        </Paper>
      ))}
      <Group justify="space-between">
        <Button
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() =>
            setGrantsHere([...grants, { grant: { permission: permission.id }, key: crypto.randomUUID() }])
          }
        >
          {t('restrict.another')}
        </Button>
        <Group gap="xs">
          <Button variant="default" onClick={close}>
            {common('cancel')}
          </Button>
          <Button
            onClick={() => {
              onChange(
                setGrants(
                  draft,
                  permission.id,
                  grants.map((one) => one.grant),
                ),
              );
              close();
            }}
          >
            {t('restrict.apply')}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

interface OneGiven {
  grant: CustomGrant;
  draft: Draft;
  onChange: (grant: CustomGrant) => void;
}

function OneGrant({ grant, draft, onChange }: OneGiven) {
  const { t } = useTranslation('roles');
  const { all } = useRoles();
  const error = useGrantTrial(draft.product, draft.instances, grant);
  const set = (part: Partial<CustomGrant>) => onChange(tidy({ ...grant, ...part }));
  const roles = all.filter(
    (role) => role.product === draft.product && !role.baseline && role.id !== `${draft.product}/${draft.id}`,
  );
  return (
    <Stack gap="sm">
      <ResourcePicker
        label={t('restrict.within')}
        description={t('restrict.withinHint')}
        placeholder={t('restrict.everywhere')}
        product={draft.product}
        value={grant.within ?? null}
        onChange={(within) => set({ within })}
      />
      <MultiSelect
        label={t('restrict.requires')}
        description={t('restrict.requiresHint')}
        data={roles.map((role) => ({ value: role.id.slice(draft.product.length + 1), label: role.title }))}
        value={grant.requires ?? []}
        onChange={(requires) => set({ requires })}
        searchable
        clearable
      />
      <TagsInput
        label={t('restrict.related')}
        description={t('restrict.relatedHint')}
        data={['owner', 'assignee', 'shared_view', 'shared_edit']}
        value={grant.related ?? []}
        onChange={(related) => set({ related })}
        clearable
      />
      <Textarea
        label={t('restrict.when')}
        description={
          <>
            {t('restrict.whenHint')} <code>resource.properties.language == "de"</code>,{' '}
            <code>subject.properties.department == "content"</code>
          </>
        }
        value={grant.when ?? ''}
        error={error}
        autosize
        minRows={1}
        className="mono-field"
        spellCheck={false}
        onChange={(event) => set({ when: event.currentTarget.value })}
      />
    </Stack>
  );
}

/** Without what says nothing. */
function tidy({ permission, within, when, related, requires }: CustomGrant): CustomGrant {
  return {
    permission,
    ...(within ? { within } : {}),
    ...(when?.trim() ? { when } : {}),
    ...(related?.length ? { related } : {}),
    ...(requires?.length ? { requires } : {}),
  };
}
