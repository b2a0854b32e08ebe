/** What an organization changed of a system role, line by line. */
import { useTranslation } from 'react-i18next';
import type { ProductWhole } from '~/api/types';

interface Given {
  overlay: { add?: string[]; remove?: string[] };
  product: ProductWhole | undefined;
}

export function OverlayLines({ overlay, product }: Given) {
  const { t } = useTranslation('roles');
  const title = (id: string) => product?.permissions.find((one) => one.id === id)?.title ?? id;
  const lines = [
    ...(overlay.add ?? []).map((id) => ({ id, sign: '+', said: t('difference.added') })),
    ...(overlay.remove ?? []).map((id) => ({ id, sign: '−', said: t('difference.removed') })),
  ];
  return (
    <ul className="lines">
      {lines.map(({ id, sign, said }) => (
        <li key={sign + id} data-sign={sign}>
          <span className="sign" aria-hidden>
            {sign}
          </span>
          <span className="visually-hidden">{said}: </span>
          {title(id)} <code className="faint">{id}</code>
        </li>
      ))}
    </ul>
  );
}
