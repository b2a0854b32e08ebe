import { Page } from '~/parts/Page';

export function MatrixPage() {
  return <Page title="MatrixPage">…</Page>;
}
