import { Page } from '~/parts/Page';

export function Health() {
  return <Page title="Health">…</Page>;
}
