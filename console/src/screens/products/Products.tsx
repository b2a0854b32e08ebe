import { Page } from '~/parts/Page';

export function Products() {
  return <Page title="Products">…</Page>;
}
