/** The tree with its search box. */
import { CloseButton, Loader, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResourceRef } from '~/api/types';
import { ProblemNote } from '~/parts/ProblemNote';
import { useFound } from './found';
import { Tree } from './Tree';

interface Given {
  at: ResourceRef;
  sought: string;
  seek: (sought: string) => void;
  choose: (ref: ResourceRef) => void;
}

export function TreePane({ at, sought, seek, choose }: Given) {
  const { t } = useTranslation('where');
  const [typed, setTyped] = useState(sought);
  const later = useDebouncedCallback((value: string) => seek(value.trim()), 200);
  const found = useFound(sought);
  const type = (value: string) => {
    setTyped(value);
    later(value);
  };
  return (
    <section className="tree-pane" aria-label={t('tree.label')}>
      <TextInput
        aria-label={t('tree.search')}
        placeholder={t('tree.search')}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
        rightSection={
          typed ? (
            <CloseButton
              size="sm"
              aria-label={t('tree.clear')}
              onClick={() => {
                setTyped('');
                seek('');
              }}
            />
          ) : null
        }
      />
      <div className="tree-count" role="status">
        {sought === '' ? null : found.isLoading ? (
          <Loader size="xs" />
        ) : (
          <Text size="xs" className="soft">
            {found.more
              ? t('tree.foundMore', { count: found.count })
              : t('tree.found', { count: found.count })}
          </Text>
        )}
      </div>
      {found.error ? <ProblemNote error={found.error} /> : null}
      {sought !== '' && !found.isLoading && found.count === 0 ? (
        <Text size="sm" c="dimmed" p="sm">
          {t('tree.nothing', { sought })}
        </Text>
      ) : (
        <Tree at={at} sought={sought} found={sought === '' ? undefined : found.tree} choose={choose} />
      )}
    </section>
  );
}
