import { Page } from '~/parts/Page';

export function Invitations() {
  return <Page title="Invitations">…</Page>;
}
