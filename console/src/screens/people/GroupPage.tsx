import { Page } from '~/parts/Page';

export function GroupPage() {
  return <Page title="GroupPage">…</Page>;
}
