import { Page } from '~/parts/Page';

export function Why() {
  return <Page title="Why">…</Page>;
}
