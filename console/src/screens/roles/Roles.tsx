import { Page } from '~/parts/Page';

export function Roles() {
  return <Page title="Roles">…</Page>;
}
