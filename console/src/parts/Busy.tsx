import { Center, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function Busy() {
  const { t } = useTranslation();
  return (
    <Center py={80} role="status" aria-label={t('busy')}>
      <Loader />
    </Center>
  );
}
