import { Page } from '~/parts/Page';

export function RolePage() {
  return <Page title="RolePage">…</Page>;
}
