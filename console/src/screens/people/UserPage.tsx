import { Page } from '~/parts/Page';

export function UserPage() {
  return <Page title="UserPage">…</Page>;
}
