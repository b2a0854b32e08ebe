/** The tail of the log: when something changes, what is on the screen is read again. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { refresh } from './read';

/** Many entries in a row are one reason to look again. */
const CALM_MS = 250;

/** Whether changes arrive as they happen. */
export function useLive(org: string): boolean {
  const queries = useQueryClient();
  const [live, setLive] = useState(false);
  useEffect(() => {
    const source = new EventSource(`/v1/orgs/${encodeURIComponent(org)}/changes/stream`);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void refresh(queries, org), CALM_MS);
    };
    source.onopen = () => setLive(true);
    source.onerror = () => setLive(false);
    source.addEventListener('change', changed);
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [org, queries]);
  return live;
}
