import { Page } from '~/parts/Page';

export function ProductPage() {
  return <Page title="ProductPage">…</Page>;
}
