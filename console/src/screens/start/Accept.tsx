import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { WithToken } from './WithToken';

export function Accept() {
  const { t } = useTranslation('start');
  return (
    <WithToken
      title={t('accept.title')}
      lead={t('accept.lead')}
      button={t('accept.button')}
      asks={['name']}
      optional={['name']}
      send={({ token, name, password }) =>
        must(client.POST('/v1/invitations/accept', { body: { token, password, ...(name ? { name } : {}) } }))
      }
    />
  );
}
