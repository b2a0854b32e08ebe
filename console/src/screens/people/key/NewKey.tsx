/** A new key: for a server or for a browser. Its secret is shown a single time. */
import { Button, Group, Modal, Radio, Stack, TagsInput, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKeyShown } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { idOf } from '../shared/ids';
import { Once } from '../shared/Once';
import { TimeField } from '../shared/TimeField';

export function NewKey({ close }: { close: () => void }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { change } = useChange();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [typedId, setTypedId] = useState<string | null>(null);
  const [kind, setKind] = useState<ApiKeyShown['kind']>('secret');
  const [origins, setOrigins] = useState<string[]>([]);
  const [expires, setExpires] = useState<string | null>(null);
  const [looking, setLooking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const id = typedId ?? idOf(title);
  const complete = id !== '' && (kind === 'secret' || origins.length > 0);
  const look = () => {
    setLooking(true);
    const body = { title: title.trim() || null, kind, origins: kind === 'public' ? origins : [], expires };
    change({
      title: t('keys.newTitle', { title: title.trim() || id }),
      explain: t('keys.newExplain'),
      commands: [{ command: 'create_api_key', id, body }],
      confirm: t('keys.make'),
      onDone: (done) => setSecret(done.secrets[0]?.secret ?? null),
      onCancel: () => setLooking(false),
    });
  };
  const leave = () => {
    close();
    void navigate({ to: '/keys/$id', params: { id } });
  };
  if (secret)
    return (
      <Once
        title={t('keys.secretTitle', { title: title.trim() || id })}
        label={t(kind === 'public' ? 'keys.publicLabel' : 'keys.secretLabel')}
        value={secret}
        explain={t(kind === 'public' ? 'keys.publicExplain' : 'keys.secretExplain')}
        close={leave}
      />
    );
  return (
    <Modal opened={!looking} onClose={close} title={t('keys.new')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) look();
        }}
      >
        <Stack>
          <TextInput
            label={t('keys.title')}
            description={t('keys.titleHint')}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label={t('fields.id')}
            description={t('fields.idHint')}
            value={id}
            onChange={(event) => setTypedId(event.currentTarget.value)}
            required
          />
          <Radio.Group
            label={t('keys.kindAsk')}
            value={kind}
            onChange={(value) => setKind(value === 'public' ? 'public' : 'secret')}
          >
            <Stack gap="xs" mt={6}>
              <Radio value="secret" label={t('keys.secretKind')} description={t('keys.secretKindHint')} />
              <Radio value="public" label={t('keys.publicKind')} description={t('keys.publicKindHint')} />
            </Stack>
          </Radio.Group>
          {kind === 'public' ? (
            <TagsInput
              label={t('keys.origins')}
              description={t('keys.originsHint')}
              placeholder="https://shop.example"
              value={origins}
              onChange={setOrigins}
              acceptValueOnBlur
              required
            />
          ) : null}
          <TimeField
            label={t('keys.expires')}
            description={t('keys.expiresHint')}
            value={expires}
            onChange={setExpires}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {common.t('cancel')}
            </Button>
            <Button type="submit" disabled={!complete}>
              {t('assign.preview')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
