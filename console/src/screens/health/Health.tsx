/** What nobody asks about until it hurts. Each card asks for itself, so that a slow one holds up no other. */
import { useTranslation } from 'react-i18next';
import { Page } from '~/parts/Page';
import { Administrators, Advice } from './Administrators';
import { Expiring } from './Expiring';
import './health.css';
import { Dormant, Separation, WithoutRoles } from './Holders';
import { KeyHealth } from './KeyHealth';
import { RolesToTidy } from './RolesToTidy';
import { Seats } from './Seats';

export function Health() {
  const { t } = useTranslation('health');
  return (
    <Page title={t('title')} lead={t('lead')} help="health">
      <div className="findings">
        <Administrators />
        <Seats />
        <Expiring />
        <Dormant />
        <KeyHealth />
        <Separation />
        <RolesToTidy />
        <WithoutRoles />
        <Advice />
      </div>
    </Page>
  );
}
