import { Page } from '~/parts/Page';

export function NewRole() {
  return <Page title="NewRole">…</Page>;
}
