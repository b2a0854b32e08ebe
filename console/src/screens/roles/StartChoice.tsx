/** What a role begins with: nothing, everything, or what another role has. */
import { Radio, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { RolePicker } from '~/parts/Pickers';
import { copyOf, type Draft } from './draft';
import type { Refusal, Start } from './types';

interface Given {
  draft: Draft;
  notAll: Refusal | null;
  product: string;
  onChange: (draft: Draft) => void;
}

export function StartChoice({ draft, product, notAll, onChange }: Given) {
  const { t } = useTranslation('roles');
  const copied = copyOf(draft.start);
  const kind = copied === null ? (draft.start === 'all' ? 'all' : 'none') : 'copy';
  const begin = (start: Start) => onChange({ ...draft, start, without: [] });
  const whyNot = ({ code, message }: Refusal) => {
    if (code === 'escalation') return t('barred.all');
    return code === 'invalid' ? t('barred.start', { product }) : message.replaceAll('`', '');
  };
  const own = `${draft.product}/${draft.id}`;
  return (
    <Stack gap="sm">
      <Radio.Group
        value={kind}
        onChange={(value) => begin(value === 'all' ? 'all' : value === 'copy' ? { duplicate: '' } : 'none')}
        aria-label={t('form.start')}
      >
        <div className="start-cards">
          {(['none', 'copy', 'all'] as const).map((value) => (
            <Radio.Card
              key={value}
              value={value}
              disabled={value === 'all' && notAll !== null}
              className="start-card"
              aria-label={t(`start.${value}`)}
            >
              <Radio.Indicator />
              <div>
                <Text size="sm" fw={600}>
                  {t(`start.${value}`)}
                </Text>
                <Text size="xs" className="soft">
                  {value === 'all' && notAll ? whyNot(notAll) : t(`start.${value}Hint`)}
                </Text>
              </div>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {kind === 'copy' ? (
        <RolePicker
          label={t('start.which')}
          description={t('start.follows')}
          value={copied ? `${draft.product}/${copied}` : null}
          onChange={(role) => begin({ duplicate: role ? role.slice(draft.product.length + 1) : '' })}
          among={(role) => role.product === draft.product && !role.baseline && role.id !== own}
          required
        />
      ) : null}
    </Stack>
  );
}
