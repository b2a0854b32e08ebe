import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '~/parts/Empty';

export function Lost() {
  const { t } = useTranslation();
  return (
    <Empty
      icon={IconMapOff}
      title={t('lost.title')}
      text={t('lost.text')}
      action={<Button renderRoot={(props) => <Link to="/" {...props} />}>{t('lost.home')}</Button>}
    />
  );
}
