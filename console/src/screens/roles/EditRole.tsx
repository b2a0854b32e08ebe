import { Page } from '~/parts/Page';

export function EditRole() {
  return <Page title="EditRole">…</Page>;
}
