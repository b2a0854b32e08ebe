import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { WithToken } from './WithToken';

export function Setup() {
  const { t } = useTranslation('start');
  return (
    <WithToken
      title={t('setup.title')}
      lead={t('setup.lead')}
      button={t('setup.button')}
      asks={['name', 'email']}
      send={({ token, name, email, password }) =>
        must(client.POST('/v1/setup', { body: { token, name, email, password } }))
      }
    />
  );
}
