import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { WithToken } from './WithToken';

export function Reset() {
  const { t } = useTranslation('start');
  return (
    <WithToken
      title={t('reset.title')}
      lead={t('reset.lead')}
      button={t('reset.button')}
      asks={[]}
      send={({ token, password }) =>
        must(client.POST('/v1/password/reset', { body: { token, new: password } }))
      }
    />
  );
}
