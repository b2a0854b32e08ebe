/** The log as the address asks for it, newest first. */
import { useMemo } from 'react';
import { useList } from '~/api/read';
import type { EntryShown } from '~/api/types';
import { instants } from './days';
import type { HistorySearch } from './routes';
import { isNote } from './said';

/** So many entries are asked for at a time. */
const PAGE = 60;
const NEWEST = { order: 'newest' } as const;

export function useLog({ actor, about, resource, kind, since, until, quiet }: HistorySearch) {
  const query = {
    ...(actor ? { actor } : {}),
    ...(about ? { about } : {}),
    ...(resource ? { resource } : {}),
    ...(kind ? { kind } : {}),
    ...instants(since, until),
    ...NEWEST,
  };
  const log = useList('/v1/orgs/{org}/changes', { query }, { page: PAGE });
  const entries = useMemo(() => shown(log.items, quiet), [log.items, quiet]);
  return { ...log, entries };
}

function shown(items: EntryShown[], quiet: true | undefined): EntryShown[] {
  const wanted = quiet ? items.filter((one) => !isNote(one)) : items;
  return [...wanted].sort((a, b) => b.revision - a.revision);
}
