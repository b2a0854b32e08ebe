/** The frame of a window, so that it is clear that this is a picture of somebody else's screen. */
import { Title } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProductTitle } from '~/api/names';
import { split } from '~/api/types';

interface Given {
  who: string;
  product: string;
  resource: string;
  children: ReactNode;
}

export function Frame({ who, product, resource, children }: Given) {
  const { t } = useTranslation('seeAs');
  const title = useProductTitle(product);
  return (
    <section className="window" aria-labelledby="window-title">
      <div className="window-bar">
        <span className="window-dots" aria-hidden>
          <i />
          <i />
          <i />
        </span>
        <span className="window-address">
          {t('screen.address', { product: title, place: split(resource)[1] })}
        </span>
        <Title order={2} size="h6" className="window-who" id="window-title">
          <IconUser size={15} aria-hidden />
          {t('screen.label', { who })}
        </Title>
      </div>
      <div className="window-body">{children}</div>
    </section>
  );
}
