import { Page } from '~/parts/Page';

export function CompareRoles() {
  return <Page title="CompareRoles">…</Page>;
}
